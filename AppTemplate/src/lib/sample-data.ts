/** Made-up records that show what a screen looks like. Replace them with the app's own data. */
export type RequestStatus = "new" | "review" | "approved" | "declined";

export type EquipmentRequest = {
  id: number;
  item: string;
  person: string;
  team: string;
  cost: number;
  status: RequestStatus;
  asked: string;
};

export const sampleRequests: readonly EquipmentRequest[] = [
  { id: 8, item: "27-inch display", person: "Amira Haddad", team: "Design", cost: 420, status: "new", asked: "2026-03-12" },
  { id: 7, item: "Standing desk", person: "Jonas Weber", team: "Engineering", cost: 610, status: "review", asked: "2026-03-11" },
  { id: 6, item: "Noise-cancelling headset", person: "Priya Nair", team: "Support", cost: 180, status: "approved", asked: "2026-03-10" },
  { id: 5, item: "Travel router", person: "Luca Moretti", team: "Sales", cost: 95, status: "approved", asked: "2026-03-09" },
  { id: 4, item: "Second laptop", person: "Mei Tanaka", team: "Engineering", cost: 1890, status: "declined", asked: "2026-03-06" },
  { id: 3, item: "Ergonomic chair", person: "Sam Okoro", team: "Finance", cost: 540, status: "review", asked: "2026-03-05" },
  { id: 2, item: "Label printer", person: "Elena Petrova", team: "Operations", cost: 130, status: "approved", asked: "2026-03-03" },
];
