// Tokens and cost of a conversation in words. Pure.

/** “12.3k tokens in, 2.1k out, $0.12”; `null` when nothing was counted. Cached input counts as input. */
export function usageText(usage, before = null, language) {
  const part = (name) => Math.max(0, (usage?.[name] ?? 0) - (before?.[name] ?? 0));
  const input = part("totalInputTokens") + part("totalCacheReadTokens") + part("totalCacheCreationTokens");
  const output = part("totalOutputTokens");
  if (!input && !output) return null;
  const short = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
  const cost = part("totalCostUsd");
  const money = new Intl.NumberFormat(language, { style: "currency", currency: "USD", maximumFractionDigits: cost < 0.1 ? 3 : 2 });
  return `${short.format(input)} tokens in, ${short.format(output)} out${cost ? `, ${money.format(cost)}` : ""}`;
}
