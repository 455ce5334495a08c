/**
 * What an app can ask of Second: shared live data, approved integration tools and agents.
 *
 * This version declares the whole surface. The platform does not answer these calls yet, so each of them
 * tells so at once, in a form your code can show; nothing hangs and nothing pretends to have worked.
 */
import { useCallback, useMemo, useState } from "react";

/** Thrown, or found in `error`, where the platform has no answer yet. */
export class NotAvailableYetError extends Error {
  readonly code = "not_available_yet";
  readonly feature: string;

  constructor(feature: string) {
    super(`${feature} is not available yet in this version of Second.`);
    this.name = "NotAvailableYetError";
    this.feature = feature;
  }
}

// Live data

/** A stored record. The platform gives the id; never make one up. */
export type Stored<T> = T & { readonly _id: string };

export type Collection<T> = {
  /** Newest first. */
  data: Stored<T>[];
  loading: boolean;
  error: Error | null;
  insert: (data: T) => Promise<Stored<T>>;
  update: (id: string, data: Partial<T>) => Promise<Stored<T>>;
  remove: (id: string) => Promise<void>;
};

/** All records of a collection, kept up to date. One document per record. */
export function useCollection<T extends object = Record<string, unknown>>(name: string): Collection<T> {
  return useMemo(() => {
    const missing = () => new NotAvailableYetError(`The collection “${name}”`);
    return {
      data: [],
      loading: false,
      error: missing(),
      insert: () => Promise.reject(missing()),
      update: () => Promise.reject(missing()),
      remove: () => Promise.reject(missing()),
    };
  }, [name]);
}

export type Doc<T> = {
  data: Stored<T> | null;
  loading: boolean;
  error: Error | null;
  update: (data: Partial<T>) => Promise<Stored<T>>;
  remove: () => Promise<void>;
};

/** One record, kept up to date. `null` as id means that nothing is chosen: no data, not loading, no error. */
export function useDoc<T extends object = Record<string, unknown>>(name: string, id: string | null): Doc<T> {
  return useMemo(() => {
    const missing = () => new NotAvailableYetError(`The collection “${name}”`);
    return {
      data: null,
      loading: false,
      error: id === null ? null : missing(),
      update: () => Promise.reject(missing()),
      remove: () => Promise.reject(missing()),
    };
  }, [name, id]);
}

// Integration tools

export type IntegrationToolResult<T = unknown> = {
  success: boolean;
  data?: T;
  /** The answer is sample data because the integration is not set up. */
  mock: boolean;
  mockReason?: string;
  statusCode?: number;
  error?: string;
  errorCode?: string;
  errorCategory?: string;
  /** What a person can do about it. */
  resolution?: string;
  retryable?: boolean;
  canRequestBuilderRepair?: boolean;
  details?: unknown;
};

export type IntegrationToolInput = Record<string, unknown>;

/** Calls a tool that an admin approved. Never rejects: a failure is a result with `success: false`. */
export async function callIntegrationTool<T = unknown>(
  tool: string,
  _input: IntegrationToolInput = {},
): Promise<IntegrationToolResult<T>> {
  return {
    success: false,
    mock: false,
    error: `The integration tool “${tool}” is not available yet in this version of Second.`,
    errorCode: "not_available_yet",
    errorCategory: "platform",
    retryable: false,
    canRequestBuilderRepair: false,
  };
}

export type IntegrationTool<T> = {
  execute: (input?: IntegrationToolInput) => Promise<IntegrationToolResult<T>>;
  loading: boolean;
  error: string | null;
};

/** One tool with its loading and error state. Call `execute` from an action of a person, not while rendering. */
export function useIntegrationTool<T = unknown>(tool: string): IntegrationTool<T> {
  const [running, setRunning] = useState(0);
  const [error, setError] = useState<string | null>(null);

  const execute = useCallback(
    async (input: IntegrationToolInput = {}) => {
      setRunning((count) => count + 1);
      setError(null);
      try {
        const result = await callIntegrationTool<T>(tool, input);
        if (!result.success) setError(formatIntegrationToolError(result));
        return result;
      } finally {
        setRunning((count) => count - 1);
      }
    },
    [tool],
  );

  return { execute, loading: running > 0, error };
}

/** One readable text from a failed result: what happened, what to do, whether to try again, and the HTTP status. */
export function formatIntegrationToolError(
  result: IntegrationToolResult<unknown>,
  fallback = "The integration did not answer as expected.",
): string {
  const sentences = [result.error?.trim() || fallback];
  if (result.resolution && !sentences[0].includes(result.resolution)) sentences.push(result.resolution.trim());
  if (result.retryable) sentences.push("You can try again.");
  const status = result.statusCode;
  if (status && !sentences.join(" ").includes(String(status))) sentences.push(`(HTTP ${status})`);
  return sentences.join(" ");
}

export type FailureReport = {
  ok: boolean;
  status?: string;
  builderRunId?: string;
  appendedToExisting?: boolean;
  error?: string;
};

/** Asks the builder to repair a tool that failed. Never rejects. */
export async function reportIntegrationToolFailure(
  _tool: string,
  _input: IntegrationToolInput,
  _result: IntegrationToolResult<unknown>,
  _description: string,
  _attemptedTask?: string,
): Promise<FailureReport> {
  return { ok: false, status: "not_available_yet", error: "Repair requests are not available yet in this version of Second." };
}

// Agents

export type AgentStatus = "idle" | "running" | "completed" | "failed";

export type Agent = {
  /** Starts the agent and answers with the id of its run; rejects when it cannot start. */
  trigger: (prompt: string) => Promise<string>;
  status: AgentStatus;
  error: string | null;
  isRunning: boolean;
  runId: string | null;
};

/** One agent of this app. Use one hook per row where each row has its own run. */
export function useAgent(id: string): Agent {
  const [error, setError] = useState<NotAvailableYetError | null>(null);

  const trigger = useCallback(
    async (_prompt: string): Promise<string> => {
      const missing = new NotAvailableYetError(`The agent “${id}”`);
      setError(missing);
      throw missing;
    },
    [id],
  );

  return { trigger, status: error ? "failed" : "idle", error: error?.message ?? null, isRunning: false, runId: null };
}

export type AgentSummary = { id: string; name: string; description: string };

/** The agents of this app that an admin approved. */
export function useAgentList(): { agents: AgentSummary[]; loading: boolean; error: Error | null } {
  return useMemo(() => ({ agents: [], loading: false, error: new NotAvailableYetError("The list of agents") }), []);
}
