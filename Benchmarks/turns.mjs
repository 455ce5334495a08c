// Turns from the POST to the end of their stream: claim, worker, agent, log, stream, the end written.
import { Installation } from "./installation.mjs";
import { delays, line, ms, perSecond, sideBySide } from "./shapes.mjs";

const single = 40;
const crowd = { apps: 8, turns: 8 };

export async function turns(bench) {
  const both = await Installation.onBoth(bench, "turns", measure);
  const of = (read) => both.map(read);
  sideBySide("A turn of an agent that says one sentence, from the POST to the end of its stream", [
    ...delays("one after the other", of((one) => one.single.took)),
    line("turns/s, with the making of their runs", perSecond, of((one) => one.single.took.length / one.single.seconds)),
    ...delays(`${crowd.apps} apps at a time`, of((one) => one.crowd.took)),
    line("turns/s, with the making of their runs", perSecond, of((one) => one.crowd.took.length / one.crowd.seconds)),
    line("waited for the database in one turn and its run's making", ms, of((one) => one.costs.database / single)),
    line("waited for the bus in it", ms, of((one) => one.costs.bus / single)),
    line("the database server's processor time for it", ms, of((one) => one.costs.server / single)),
  ]);
}

async function measure(installation) {
  const apps = [];
  for (let number = 0; number < crowd.apps; number += 1) {
    apps.push((await installation.webs[0].createApp(`Turns ${number}`)).id);
  }
  for (const app of apps) await turn(installation.webs[0], app);
  await installation.costs();
  const alone = await timed([apps[0]], single, installation);
  const costs = await installation.costs();
  return { single: alone, crowd: await timed(apps, crowd.turns, installation), costs };
}

/** So many turns for each app, the apps side by side, the webs in turns. */
async function timed(apps, count, { webs }) {
  const took = [];
  const began = performance.now();
  await Promise.all(apps.map(async (app, place) => {
    for (let number = 0; number < count; number += 1) took.push(await turn(webs[(place + number) % 2], app));
  }));
  return { took, seconds: (performance.now() - began) / 1000 };
}

/** Milliseconds of one turn in a new run, which is made before the clock runs. */
async function turn(web, app) {
  const path = await web.createRun(app);
  const began = performance.now();
  const answer = await web.send(path, "bench-say");
  const text = await answer.text();
  const took = performance.now() - began;
  const said = text.split('"delta":"This is what you asked for."').length - 1;
  if (said !== 1 || !text.endsWith("data: [DONE]\n\n") || /"type":"error"/.test(text)) {
    throw new Error(`A turn went wrong: ${text.slice(-1000)}`);
  }
  return took;
}
