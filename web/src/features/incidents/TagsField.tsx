/** Tags of an incident: add with Enter, remove by the cross. */
import { Button, Field, Input, makeStyles } from "@fluentui/react-components";
import { Dismiss12Regular } from "@fluentui/react-icons/svg/dismiss";
import { useState } from "react";

import { madeVisible } from "../../components/outsideCharacters.ts";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Tag } from "../../components/Tag.tsx";
import { faultOf } from "./validate.ts";
import type { FieldProps } from "./fields.ts";

const useStyles = makeStyles({
  tags: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "4px" },
  add: { width: "170px" },
  remove: { minWidth: "18px", width: "18px", height: "18px", padding: 0 },
});

export function TagsField({ incident, editor, mayWrite }: FieldProps) {
  const styles = useStyles();
  const [text, setText] = useState("");
  const next = [...new Set([...incident.tags, text.trim()])];
  const fault = text.trim() === "" ? undefined : faultOf({ tags: next });
  const save = (tags: string[]) => editor.save({ patch: { tags }, base: { tags: incident.tags } });
  const add = async () => {
    if (text.trim() === "" || fault !== undefined) return;
    if (await save(next)) setText("");
  };
  return (
    <Field label="Tags" size="small" {...(fault === undefined ? {} : { validationMessage: fault })}>
      <div className={styles.tags}>
        {incident.tags.map((tag) => (
          <Tag key={tag}>
            <OutsideText text={tag} />
            {mayWrite && (
              <Button
                className={styles.remove}
                size="small"
                appearance="transparent"
                icon={<Dismiss12Regular />}
                aria-label={`Remove tag ${madeVisible(tag)}`}
                onClick={() => void save(incident.tags.filter((each) => each !== tag))}
              />
            )}
          </Tag>
        ))}
        {mayWrite && (
          <Input
            className={styles.add}
            size="small"
            aria-label="Add a tag"
            placeholder="Add a tag, then Enter"
            value={text}
            onChange={(_, { value }) => setText(value)}
            onKeyDown={(event) => event.key === "Enter" && void add()}
          />
        )}
      </div>
    </Field>
  );
}
