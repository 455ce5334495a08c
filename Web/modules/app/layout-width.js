// How wide the conversation may be beside the stage, in CSS pixels. Pure.

export const least = { chat: 320, stage: 360 };

/** The width that the conversation gets, so that both sides keep their least; the conversation first. */
export const fit = (wanted, total) => Math.round(Math.max(least.chat, Math.min(wanted, total - least.stage)));
