/** Admin > Health: store, queues, timers, providers and models, each with what is wrong with it. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { AdminHealth } from "../../../../shared/schemas/adminHealth.ts";
import { useApi } from "../../api/context.ts";
import { Failure } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Section } from "../../components/Section.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { Table } from "../../components/Table.tsx";
import { Age } from "../../components/Time.tsx";
import { AdminFrame } from "./AdminFrame.tsx";
import { healthOptions } from "./queries.ts";
import { StateWord } from "./StateWord.tsx";

export const HealthPage = () => (
  <AdminFrame title="Health" permission="health:read">
    <Health />
  </AdminFrame>
);

function Health() {
  const found = useQuery(healthOptions(useApi()));
  return (
    <Section
      title="Health"
      isPage
      aside={found.data === undefined ? undefined : <StateWord state={found.data.state} />}
    >
      {found.isPending && <SkeletonRows rows={8} label="Loading the health" />}
      {found.isError && <Failure error={found.error} onRetry={() => void found.refetch()} />}
      {found.isSuccess && (
        <>
          <Store {...found.data} />
          <Queues {...found.data} />
          <Timers {...found.data} />
          <Providers {...found.data} />
          <Models {...found.data} />
        </>
      )}
    </Section>
  );
}

const Store = ({ store, checked_at }: AdminHealth) => (
  <Section title="Store" aside={<Age at={checked_at} />}>
    <StateWord state={store.state} />{" "}
    {store.latency_ms === null ? "It did not answer." : `A read takes ${store.latency_ms} ms.`}
  </Section>
);

const Queues = ({ queues }: AdminHealth) => (
  <Section title="Queues">
    <Table
      label="Queues"
      head={["Queue", "State", "Waiting", "For later", "Dead letters"]}
      amounts={[2, 3, 4]}
    >
      {queues.map(({ name, state, active, scheduled, dead }) => (
        <tr key={name}>
          <td>{name}</td>
          <td>
            <StateWord state={state} />
          </td>
          <td>{active ?? "unknown"}</td>
          <td>{scheduled ?? "unknown"}</td>
          <td>{dead ?? "unknown"}</td>
        </tr>
      ))}
    </Table>
  </Section>
);

const Timers = ({ timers }: AdminHealth) => (
  <Section title="Timers">
    {timers.length === 0 && "Not known: the store did not answer."}
    {timers.length > 0 && (
      <Table
        label="Timers"
        head={["Timer", "State", "Last run", "Took", "Last success", "Schedule (UTC)"]}
        amounts={[3]}
      >
        {timers.map((timer) => (
          <tr key={timer.name}>
            <td>{timer.name}</td>
            <td>
              <StateWord
                state={timer.state}
                {...(timer.failures > 0 && { word: `Failed ${timer.failures} times in a row` })}
              />
            </td>
            <td>{timer.started_at === null ? "has not run yet" : <Age at={timer.started_at} />}</td>
            <td>{timer.duration_ms !== null && `${timer.duration_ms} ms`}</td>
            <td>{timer.last_success_at === null ? "never" : <Age at={timer.last_success_at} />}</td>
            <td>
              <code>{timer.schedule}</code>
            </td>
          </tr>
        ))}
      </Table>
    )}
  </Section>
);

const Providers = ({ providers }: AdminHealth) => (
  <Section title="SIEM providers" end={<Link to="/admin/siem-providers">Manage</Link>}>
    {providers.length === 0 && "None is connected."}
    {providers.length > 0 && (
      <Table label="SIEM providers" head={["Provider", "State", "Last sync", "What is known"]}>
        {providers.map(({ id, name, state, last_synced_at, detail }) => (
          <tr key={id}>
            <td>
              <OutsideText text={name} />
            </td>
            <td>
              <StateWord state={state} />
            </td>
            <td>{last_synced_at === null ? "never" : <Age at={last_synced_at} />}</td>
            <td>
              <OutsideText text={detail} />
            </td>
          </tr>
        ))}
      </Table>
    )}
  </Section>
);

const Models = ({ models }: AdminHealth) => (
  <Section title="Models" end={<Link to="/admin/models">Manage</Link>}>
    {models.length === 0 && "None is set up: the rules work alone."}
    {models.length > 0 && (
      <Table label="Models" head={["Model", "State", "Last test"]}>
        {models.map(({ model_name, is_default, state, last_test }) => (
          <tr key={model_name}>
            <td>
              {model_name}
              {is_default && " (default)"}
            </td>
            <td>
              <StateWord state={state} />
            </td>
            <td>{last_test === null ? "never" : <Age at={last_test.at} />}</td>
          </tr>
        ))}
      </Table>
    )}
  </Section>
);
