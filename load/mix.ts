export type JourneyName = "browse" | "search" | "purchase";

/** Share of each journey, in any unit. */
export type Mix = Record<JourneyName, number>;

export const defaultMix: Mix = { browse: 80, search: 12, purchase: 8 };
