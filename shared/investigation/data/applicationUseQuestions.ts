/** Whether an application was in use before: by itself, or by users who signed in to it and lent it their rights. */
import type { Question } from "../question.ts";

/** An application with delegated rights never signs in as itself: the sign-ins of its users show that it is known. */
const delegatedUse = (id: string, { table, how }: { table: string; how: string }): Question => ({
  id,
  family: "persistence_cloud",
  question: `Did users sign in to the application before, ${how}?`,
  kql: `${table}
| where TimeGenerated between (_base .. _start) and AppId in~ (_apps) and ResultType == "0"
| summarize Users = dcount(UserPrincipalName), Days = dcount(bin(TimeGenerated, 1d)), First = min(TimeGenerated) by AppDisplayName, AppId
| order by Days desc`,
  tables: [table],
  stretch: "before",
  needs: ["apps"],
  findings: [
    {
      id: `${id}.in_use`,
      isContext: true,
      kind: "value",
      isKey: true,
      when: [{ column: "Days", at_least: 3 }],
      text: "{Users|user} had been signing in to {AppDisplayName} before, on {Days|day} since {First}.",
      entities: { AppDisplayName: "cloud_application" },
    },
  ],
  none: {
    id: `${id}.not_used`,
    text: `No sign-in of a user to the application, ${how}, is recorded in the weeks before.`,
  },
});

export const APPLICATION_USE_QUESTIONS: readonly Question[] = [
  delegatedUse("o09", { table: "SigninLogs", how: "by themselves" }),
  delegatedUse("o10", { table: "AADNonInteractiveUserSignInLogs", how: "by a token" }),
];
