import type { Workspace } from "@skein/protocol/methods/workspace";
import { ChevronDown, FolderOpen, Plus } from "lucide-react";
import { Button } from "../../ui/button.tsx";
import { Menu, MenuChoices, MenuItem, MenuSeparator } from "../../ui/menu.tsx";
import { type Place, placeLabel } from "./choose-place.ts";
import styles from "./new-thread-page.module.css";

interface PlaceMenuProps {
  readonly workspaces: readonly Workspace[];
  readonly place: Place;
  readonly onChoose: (place: Place) => void;
  readonly onCreate: () => void;
  readonly onOpen: () => void;
}

export function PlaceMenu({ workspaces, place, onChoose, onCreate, onOpen }: PlaceMenuProps) {
  const choose = (id: string) => {
    const workspace = workspaces.find((known) => known.id === id);
    if (workspace !== undefined) onChoose({ type: "workspace", workspace });
  };
  return (
    <Menu
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
            choices={workspaces.map(({ id, name, root }) => ({ value: id, label: name, hint: root }))}
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
