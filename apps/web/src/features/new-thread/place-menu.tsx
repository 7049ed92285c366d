import type { Workspace } from "@skein/protocol/methods/workspace";
import { ChevronDown, FolderOpen, Plus } from "lucide-react";
import { titleOf } from "../../session/title-of.ts";
import { Button } from "../../ui/button.tsx";
import { Menu, MenuChoices, MenuItem, MenuSeparator } from "../../ui/menu.tsx";
import { isUsable, type Place, placeLabel, placeProblem } from "./choose-place.ts";
import styles from "./new-thread-page.module.css";

interface PlaceMenuProps {
  readonly workspaces: readonly Workspace[];
  readonly place: Place;
  readonly onChoose: (place: Place) => void;
  readonly onCreate: () => void;
  readonly onOpen: () => void;
  /** Somebody is about to read what is known of the workspaces. */
  readonly onLook: () => void;
}

export function PlaceMenu({ workspaces, place, onChoose, onCreate, onOpen, onLook }: PlaceMenuProps) {
  const choose = (id: string) => {
    const workspace = workspaces.find((known) => known.id === id);
    if (workspace !== undefined) onChoose({ type: "workspace", workspace });
  };
  return (
    <Menu
      onOpen={onLook}
      trigger={
        <Button look="quiet" className={styles.place}>
          <span>{placeLabel(place)}</span>
          <ChevronDown size={16} aria-hidden="true" />
        </Button>
      }
    >
      {workspaces.length > 0 && (
        <>
          <MenuChoices
            label="Workspaces"
            value={place.type === "workspace" ? place.workspace.id : ""}
            choices={workspaces.filter(isUsable).map((workspace) => ({
              value: workspace.id,
              label: titleOf(workspace),
              hint: workspace.root,
              problem: placeProblem({ type: "workspace", workspace }, workspaces),
            }))}
            onChoose={choose}
          />
          <MenuSeparator />
        </>
      )}
      <MenuItem onSelect={onCreate}>
        <Plus size={14} /> New workspace…
      </MenuItem>
      <MenuItem onSelect={onOpen}>
        <FolderOpen size={14} /> Open a directory…
      </MenuItem>
    </Menu>
  );
}
