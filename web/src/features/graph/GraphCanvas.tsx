/** The graph as a picture: cytoscape with the fcose layout. Everything in it can be done in the tables, too. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";

import { download } from "../../components/download.ts";
import { fit, type GraphProps, useGraph } from "./useGraph.ts";

const useStyles = makeStyles({
  root: { position: "relative" },
  canvas: {
    height: "460px",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    overflow: "hidden",
  },
  buttons: {
    position: "absolute",
    zIndex: 1,
    top: "8px",
    right: "8px",
    display: "flex",
    gap: "6px",
  },
});

export function GraphCanvas(props: GraphProps) {
  const styles = useStyles();
  const { box, held } = useGraph(props);
  const { nodes, edges } = props.picture;
  const savePng = () => {
    const image = held.current?.png({ output: "blob", full: true, scale: 2 });
    if (image instanceof Blob) download(image, "graph.png");
  };
  return (
    <div className={styles.root}>
      <div className={styles.buttons}>
        <Button size="small" onClick={() => held.current !== undefined && fit(held.current)}>
          Fit
        </Button>
        <Button size="small" onClick={savePng}>
          Save PNG
        </Button>
      </div>
      <div
        ref={box}
        className={styles.canvas}
        // The picture is drawn on canvases within; an image element cannot hold those.
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
        role="img"
        aria-label={`A picture of ${nodes.length} entities and ${edges.length} connections; the tables below have the same.`}
      />
    </div>
  );
}
