export type Stage = "new" | "contacted" | "qualified" | "won" | "lost";

export interface Lead {
  id: number;
  name: string;
  company: string;
  owner: string;
  value: number;
  stage: Stage;
  lastContact: string;
}

export const stages: readonly Stage[] = ["new", "contacted", "qualified", "won", "lost"];

// Sample data: nothing here is a real person or company.
export const sampleLeads: readonly Lead[] = [
  { id: 1, name: "Mara Lindqvist", company: "Nordlicht Logistik", owner: "Ada", value: 18000, stage: "qualified", lastContact: "2026-11-12" },
  { id: 2, name: "Tomas Okafor", company: "Brightwell Clinics", owner: "Ben", value: 42000, stage: "contacted", lastContact: "2026-11-17" },
  { id: 3, name: "Ines Duarte", company: "Casa Verde Foods", owner: "Ada", value: 9500, stage: "new", lastContact: "2026-11-18" },
  { id: 4, name: "Jun Takeda", company: "Kitewind Energy", owner: "Chloe", value: 65000, stage: "won", lastContact: "2026-11-03" },
  { id: 5, name: "Rosa Ferrante", company: "Atelier Ferrante", owner: "Ben", value: 7200, stage: "lost", lastContact: "2026-10-21" },
  { id: 6, name: "Elias Brandt", company: "Holzwerk Brandt", owner: "Chloe", value: 23500, stage: "contacted", lastContact: "2026-11-15" },
  { id: 7, name: "Priya Raman", company: "Sundial Insurance", owner: "Ada", value: 51000, stage: "qualified", lastContact: "2026-11-10" },
  { id: 8, name: "Owen Pryce", company: "Pryce & Daughters", owner: "Ben", value: 12800, stage: "new", lastContact: "2026-11-19" },
];
