/** The part of `prop-types` that React's types ask for. Apps describe their props with TypeScript. */
export const nominalTypeHack: unique symbol;

export interface Validator<T> {
  (props: { [key: string]: any }, name: string, component: string, location: string, fullName: string): Error | null;
  [nominalTypeHack]?: { type: T } | undefined;
}

export interface Requireable<T> extends Validator<T | undefined | null> {
  isRequired: Validator<NonNullable<T>>;
}

export type ValidationMap<T> = { [K in keyof T]?: Validator<T[K]> };

export type InferType<P> = P extends Validator<infer T> ? T : any;
export type InferProps<V> = { [K in keyof V]: InferType<V[K]> };

export const any: Requireable<any>;
export const array: Requireable<any[]>;
export const bool: Requireable<boolean>;
export const func: Requireable<(...args: any[]) => any>;
export const number: Requireable<number>;
export const object: Requireable<object>;
export const string: Requireable<string>;
export const node: Requireable<any>;
export const element: Requireable<any>;
export function instanceOf<T>(type: new (...args: any[]) => T): Requireable<T>;
export function oneOf<T>(values: readonly T[]): Requireable<T>;
export function oneOfType<T extends Validator<any>>(types: T[]): Requireable<any>;
export function arrayOf<T>(type: Validator<T>): Requireable<T[]>;
export function objectOf<T>(type: Validator<T>): Requireable<{ [key: string]: T }>;
export function shape<P extends ValidationMap<any>>(type: P): Requireable<InferProps<P>>;
export function exact<P extends ValidationMap<any>>(type: P): Requireable<Required<InferProps<P>>>;
