/**
 * The part of `csstype` that React's types ask for, taken from the browser's own list of CSS properties.
 * Small on purpose: checking a style costs next to nothing.
 */
type StyleName = {
  [Name in keyof CSSStyleDeclaration]: Name extends string
    ? CSSStyleDeclaration[Name] extends string
      ? Name extends "cssText" ? never : Name
      : never
    : never;
}[keyof CSSStyleDeclaration];

export type Globals = "inherit" | "initial" | "revert" | "unset";

type Known = { [Name in StyleName]?: string | number | undefined };

export interface Properties<TLength = string | 0, TTime = string> extends Known {
  WebkitFontSmoothing?: string | undefined;
  MozOsxFontSmoothing?: string | undefined;
  WebkitLineClamp?: string | number | undefined;
  WebkitBoxOrient?: string | undefined;
  WebkitOverflowScrolling?: string | undefined;
  containerType?: string | undefined;
  containerName?: string | undefined;
  textWrap?: string | undefined;
  viewTransitionName?: string | undefined;
}
