import { useMemo, useState, type FormEvent } from "react";

import { Badge, type BadgeTone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Dialog } from "@/components/ui/dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { Input } from "@/components/ui/input";
import { Field } from "@/components/ui/label";
import { Select } from "@/components/ui/select";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { useToast } from "@/components/ui/toast";
import { sampleLeads, stages, type Lead, type Stage } from "@/lib/leads";

const looks: Record<Stage, { label: string; tone: BadgeTone }> = {
  new: { label: "New", tone: "info" },
  contacted: { label: "Contacted", tone: "warning" },
  qualified: { label: "Qualified", tone: "accent" },
  won: { label: "Won", tone: "success" },
  lost: { label: "Lost", tone: "neutral" },
};
const choices = stages.map((stage) => ({ value: stage, label: looks[stage].label }));
const money = new Intl.NumberFormat("en", { style: "currency", currency: "EUR", maximumFractionDigits: 0 });
const day = new Intl.DateTimeFormat("en", { month: "short", day: "numeric", timeZone: "UTC" });

export function App() {
  const toast = useToast();
  const [leads, setLeads] = useState<readonly Lead[]>(sampleLeads);
  const [search, setSearch] = useState("");
  const [stage, setStage] = useState("all");
  const [adding, setAdding] = useState(false);

  const shown = useMemo(() => {
    const text = search.trim().toLowerCase();
    return leads.filter(
      (lead) =>
        (stage === "all" || lead.stage === stage) &&
        (!text || `${lead.name} ${lead.company} ${lead.owner}`.toLowerCase().includes(text)),
    );
  }, [leads, search, stage]);

  const open = leads.filter((lead) => lead.stage !== "won" && lead.stage !== "lost");
  const figures = [
    { label: "Open leads", value: String(open.length) },
    { label: "Pipeline", value: money.format(open.reduce((sum, lead) => sum + lead.value, 0)) },
    { label: "Won", value: money.format(leads.filter((lead) => lead.stage === "won").reduce((sum, lead) => sum + lead.value, 0)) },
  ];

  function move(id: number, next: Stage) {
    setLeads(leads.map((lead) => (lead.id === id ? { ...lead, stage: next } : lead)));
    toast({ title: "Lead moved", description: `Now in ${looks[next].label}.`, tone: "success" });
  }

  function add(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const lead: Lead = {
      id: Math.max(0, ...leads.map((each) => each.id)) + 1,
      name: String(form.get("name")).trim(),
      company: String(form.get("company")).trim(),
      owner: String(form.get("owner")).trim(),
      value: Number(form.get("value")),
      stage: "new",
      lastContact: new Date().toISOString().slice(0, 10),
    };
    setLeads([lead, ...leads]);
    setAdding(false);
    toast({ title: "Lead added", description: `${lead.name} is in New.`, tone: "success" });
  }

  return (
    <main className="mx-auto flex max-w-5xl flex-col gap-6 p-4 sm:p-8">
      <header className="flex flex-wrap items-center justify-between gap-4">
        <div>
          <h1 className="text-2xl font-semibold">Lead tracker</h1>
          <p className="text-muted-foreground text-sm">Sample data. Who we talk to, and what happens next.</p>
        </div>
        <Button onClick={() => setAdding(true)}>Add lead</Button>
      </header>

      <section aria-label="Figures" className="grid grid-cols-1 gap-3 sm:grid-cols-3">
        {figures.map((figure) => (
          <Card key={figure.label} className="p-4">
            <p className="text-muted-foreground text-sm">{figure.label}</p>
            <p className="text-2xl font-semibold tabular-nums">{figure.value}</p>
          </Card>
        ))}
      </section>

      <div className="flex flex-wrap gap-3">
        <Input
          aria-label="Search leads"
          className="min-w-48 flex-1"
          onChange={(event) => setSearch(event.target.value)}
          placeholder="Search by name, company or owner"
          type="search"
          value={search}
        />
        <Select
          aria-label="Stage"
          className="w-44 max-sm:w-full"
          onChange={(event) => setStage(event.target.value)}
          options={[{ value: "all", label: "All stages" }, ...choices]}
          value={stage}
        />
      </div>

      <ul aria-label="Leads by stage" className="flex flex-wrap gap-2">
        {stages.map((each) => (
          <li key={each}>
            <Badge tone={looks[each].tone}>
              {looks[each].label} {leads.filter((lead) => lead.stage === each).length}
            </Badge>
          </li>
        ))}
      </ul>

      {shown.length === 0 ? (
        <EmptyState description="Try another word or another stage." title="No lead fits" />
      ) : (
        <Card className="overflow-hidden p-0">
          <Table caption="Leads">
            <TableHeader>
              <TableRow>
                <TableHead>Lead</TableHead>
                <TableHead className="max-md:hidden">Owner</TableHead>
                <TableHead>Value</TableHead>
                <TableHead className="max-sm:hidden">Last contact</TableHead>
                <TableHead>Stage</TableHead>
              </TableRow>
            </TableHeader>
            <TableBody>
              {shown.map((lead) => (
                <TableRow key={lead.id}>
                  <TableCell>
                    <span className="block font-medium">{lead.name}</span>
                    <span className="text-muted-foreground text-sm">{lead.company}</span>
                  </TableCell>
                  <TableCell className="max-md:hidden">{lead.owner}</TableCell>
                  <TableCell className="tabular-nums">{money.format(lead.value)}</TableCell>
                  <TableCell className="max-sm:hidden">{day.format(new Date(lead.lastContact))}</TableCell>
                  <TableCell>
                    <Select
                      aria-label={`Stage of ${lead.name}`}
                      className="w-36"
                      onChange={(event) => move(lead.id, event.target.value as Stage)}
                      options={choices}
                      value={lead.stage}
                    />
                  </TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </Card>
      )}

      <Dialog
        description="It starts in New."
        footer={
          <>
            <Button onClick={() => setAdding(false)} variant="outline">
              Cancel
            </Button>
            <Button form="add-lead" type="submit">
              Add lead
            </Button>
          </>
        }
        onClose={() => setAdding(false)}
        open={adding}
        title="Add lead"
      >
        <form className="grid gap-4" id="add-lead" onSubmit={add}>
          <Field label="Name">
            <Input autoComplete="off" name="name" required />
          </Field>
          <Field label="Company">
            <Input autoComplete="off" name="company" required />
          </Field>
          <Field label="Owner">
            <Input autoComplete="off" name="owner" required />
          </Field>
          <Field label="Value in euros">
            <Input min="0" name="value" required type="number" />
          </Field>
        </form>
      </Dialog>
    </main>
  );
}
