import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import styles from "./notice-bar.module.css";

interface NoticeBarProps {
  readonly tone: "warning" | "danger";
  readonly icon: LucideIcon;
  readonly text: ReactNode;
  /** What can be done about it. */
  readonly children?: ReactNode;
}

/** One line above the page, in which everybody is told of something wherever they are. */
export function NoticeBar({ tone, icon: Icon, text, children }: NoticeBarProps) {
  return (
    <div className={classNames(styles.bar, styles[tone])}>
      <Icon size={14} aria-hidden="true" />
      <span className={styles.text}>{text}</span>
      {children}
    </div>
  );
}
