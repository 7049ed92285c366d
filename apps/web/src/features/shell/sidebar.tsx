import { FolderOpen, LogOut, PanelLeftClose, Search, Settings, SquarePen } from "lucide-react";
import { Link, useLocation } from "wouter";
import { useMedia } from "../../lib/use-media.ts";
import { useCatalog } from "../../session/catalog.tsx";
import { usePerson } from "../../session/person.ts";
import { useSession, useStore } from "../../session/session-context.ts";
import { signOut } from "../../session/sign-in.ts";
import { IconButton } from "../../ui/button.tsx";
import { Kbd } from "../../ui/kbd.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { ThreadList } from "../threads/thread-list.tsx";
import { useShell } from "./shell-state.tsx";
import styles from "./sidebar.module.css";
import { TenantChoices } from "./tenant-choices.tsx";

interface SidebarProps {
  readonly currentId: string | null;
  readonly onSearch: () => void;
}

export function Sidebar({ currentId, onSearch }: SidebarProps) {
  const { threads } = useSession();
  const state = useStore(threads);
  const { workspaces, server } = useCatalog();
  const { toggleSidebar, closeOverlays } = useShell();
  const [, navigate] = useLocation();
  const narrow = useMedia("(max-width: 767px)");
  const mayStart = usePerson().role !== "viewer";
  return (
    <>
      <div className={styles.head}>
        <img src="/icon.svg" alt="" width={20} height={20} />
        <span className={styles.brand}>Skein</span>
        <IconButton label="Search" keys="mod+K" onClick={onSearch}>
          <Search size={16} />
        </IconButton>
        <IconButton label={narrow ? "Close" : "Hide threads"} keys="mod+B" onClick={toggleSidebar}>
          <PanelLeftClose size={16} />
        </IconButton>
      </div>
      {mayStart && (
        <Link href="/" className={styles.newThread} onClick={closeOverlays}>
          <SquarePen size={14} aria-hidden="true" />
          <span>New thread</span>
          <Kbd keys="mod+N" />
        </Link>
      )}
      <div className={styles.threads}>
        <ThreadList
          state={state}
          workspaces={workspaces ?? []}
          currentId={currentId}
          onOpen={closeOverlays}
          onRetry={() => void threads.reload()}
          onLoadMore={() => void threads.loadMore()}
        />
      </div>
      <div className={styles.foot}>
        <span className={styles.who}>{server?.principal.name ?? ""}</span>
        <Menu
          align="end"
          trigger={
            <IconButton label="Settings and account">
              <Settings size={16} />
            </IconButton>
          }
        >
          <TenantChoices />
          <MenuItem
            onSelect={() => {
              closeOverlays();
              navigate("/workspaces");
            }}
          >
            <FolderOpen size={14} /> Workspaces
          </MenuItem>
          <MenuItem
            onSelect={() => {
              closeOverlays();
              navigate("/settings");
            }}
          >
            <Settings size={14} /> Settings
          </MenuItem>
          <MenuItem onSelect={() => void signOut()}>
            <LogOut size={14} /> Sign out
          </MenuItem>
        </Menu>
      </div>
    </>
  );
}
