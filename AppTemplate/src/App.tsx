import { useMemo, useState, type FormEvent } from "react";

import { Badge, type BadgeTone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Dialog } from "@/components/ui/dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { Icon } from "@/components/ui/icon";
import { Input } from "@/components/ui/input";
import { Field } from "@/components/ui/label";
import { Select } from "@/components/ui/select";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { useToast } from "@/components/ui/toast";
import { sampleRequests, type EquipmentRequest, type RequestStatus } from "@/lib/sample-data";

// A sample screen: it shows what the parts look like together. Replace all of it.

const states: Record<RequestStatus, { label: string; tone: BadgeTone }> = {
  new: { label: "New", tone: "info" },
  review: { label: "In review", tone: "warning" },
  approved: { label: "Approved", tone: "success" },
  declined: { label: "Declined", tone: "neutral" },
};
const money = new Intl.NumberFormat("en", { style: "currency", currency: "EUR", maximumFractionDigits: 0 });
const day = new Intl.DateTimeFormat("en", { month: "short", day: "numeric", timeZone: "UTC" });

export function App() {
  const toast = useToast();
  const [requests, setRequests] = useState<readonly EquipmentRequest[]>(sampleRequests);
  const [search, setSearch] = useState("");
  const [status, setStatus] = useState("all");
  const [adding, setAdding] = useState(false);

  const shown = useMemo(() => {
    const text = search.trim().toLowerCase();
    return requests.filter(
      (request) =>
        (status === "all" || request.status === status) &&
        (!text || `${request.item} ${request.person} ${request.team}`.toLowerCase().includes(text)),
    );
  }, [requests, search, status]);

  function add(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const item = String(form.get("item")).trim();
    const request: EquipmentRequest = {
      id: Math.max(0, ...requests.map((each) => each.id)) + 1,
      item,
      person: String(form.get("person")).trim(),
      team: String(form.get("team")),
      cost: Number(form.get("cost")),
      status: "new",
      asked: new Date().toISOString().slice(0, 10),
    };
    setRequests([request, ...requests]);
    setAdding(false);
    toast({ title: "Request added", description: `${item} is waiting for review.`, tone: "success" });
  }

  return (
    <div className="mx-auto grid max-w-5xl gap-6 px-4 py-8 md:px-6 md:py-12">
      <header className="flex flex-wrap items-start justify-between gap-4">
        <div className="grid gap-1">
          <div className="flex items-center gap-2">
            <h1 className="text-xl font-semibold tracking-tight">Equipment requests</h1>
            <Badge tone="accent">Sample</Badge>
          </div>
          <p className="text-muted-foreground">An example screen with made-up data. Say what you need, and it becomes your app.</p>
        </div>
        <Button onClick={() => setAdding(true)}>
          <Icon name="plus" />
          New request
        </Button>
      </header>

      <Summary requests={requests} />

      <Card className="overflow-hidden">
        <div className="flex flex-wrap gap-2 border-b p-3">
          <div className="relative min-w-48 flex-1">
            <Icon name="search" className="absolute top-1/2 left-2.5 -translate-y-1/2 text-subtle-foreground" />
            <Input
              type="search"
              aria-label="Search requests"
              placeholder="Search item, person or team"
              value={search}
              onChange={(event) => setSearch(event.target.value)}
              className="pl-8"
            />
          </div>
          <Select
            aria-label="Status"
            value={status}
            onChange={(event) => setStatus(event.target.value)}
            className="w-40 max-sm:w-full"
            options={[
              { value: "all", label: "Every status" },
              ...Object.entries(states).map(([value, { label }]) => ({ value, label })),
            ]}
          />
        </div>

        {shown.length === 0 ? (
          <EmptyState
            icon="search"
            title="Nothing matches"
            description="No request fits the search and the status."
            action={
              <Button
                variant="outline"
                onClick={() => {
                  setSearch("");
                  setStatus("all");
                }}
              >
                Show all
              </Button>
            }
          />
        ) : (
          <Table caption="Equipment requests">
            <TableHeader>
              <TableRow className="hover:bg-transparent">
                <TableHead>Item</TableHead>
                <TableHead className="max-md:hidden">Team</TableHead>
                <TableHead>Status</TableHead>
                <TableHead className="text-right">Cost</TableHead>
                <TableHead className="text-right max-sm:hidden">Asked</TableHead>
              </TableRow>
            </TableHeader>
            <TableBody>
              {shown.map((request) => (
                <TableRow key={request.id}>
                  <TableCell>
                    <div className="font-medium">{request.item}</div>
                    <div className="text-muted-foreground">{request.person}</div>
                  </TableCell>
                  <TableCell className="text-muted-foreground max-md:hidden">{request.team}</TableCell>
                  <TableCell>
                    <Badge tone={states[request.status].tone}>{states[request.status].label}</Badge>
                  </TableCell>
                  <TableCell className="text-right">{money.format(request.cost)}</TableCell>
                  <TableCell className="text-right whitespace-nowrap text-muted-foreground max-sm:hidden">
                    {day.format(new Date(request.asked))}
                  </TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        )}
      </Card>

      <Dialog
        open={adding}
        onClose={() => setAdding(false)}
        title="New request"
        description="It starts as new, and a reviewer takes it from there."
        footer={
          <>
            <Button variant="outline" onClick={() => setAdding(false)}>
              Cancel
            </Button>
            <Button type="submit" form="new-request">
              Add request
            </Button>
          </>
        }
      >
        <form id="new-request" onSubmit={add} className="grid gap-4">
          <Field label="Item">
            <Input name="item" required maxLength={80} />
          </Field>
          <Field label="For whom">
            <Input name="person" required maxLength={80} autoComplete="name" />
          </Field>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Team">
              <Select name="team" options={["Design", "Engineering", "Finance", "Operations", "Sales", "Support"]} />
            </Field>
            <Field label="Cost" hint="In euros, without tax">
              <Input name="cost" type="number" min={0} max={100000} required inputMode="numeric" />
            </Field>
          </div>
        </form>
      </Dialog>
    </div>
  );
}

function Summary({ requests }: { requests: readonly EquipmentRequest[] }) {
  const waiting = requests.filter((request) => request.status === "new" || request.status === "review");
  const approved = requests.filter((request) => request.status === "approved");
  const total = (list: readonly EquipmentRequest[]) => money.format(list.reduce((sum, request) => sum + request.cost, 0));
  const figures = [
    { name: "Waiting for a decision", value: String(waiting.length), note: `${total(waiting)} asked for` },
    { name: "Approved this month", value: String(approved.length), note: `${total(approved)} granted` },
    { name: "All requests", value: String(requests.length), note: `${total(requests)} in total` },
  ];
  return (
    <dl className="grid gap-3 sm:grid-cols-3">
      {figures.map((figure) => (
        <Card key={figure.name} className="grid grid-cols-[1fr_auto] items-center gap-x-4 p-4 sm:grid-cols-1 sm:gap-y-1">
          <dt className="text-[0.8125rem] text-muted-foreground">{figure.name}</dt>
          <dd className="text-[1.75rem] leading-9 font-semibold tabular-nums max-sm:row-span-2">{figure.value}</dd>
          <dd className="text-[0.8125rem] text-subtle-foreground">{figure.note}</dd>
        </Card>
      ))}
    </dl>
  );
}
