import type { ReactNode } from "react";

import { cn } from "@/lib/cn";
import { Icon, type IconName } from "./icon";

export type EmptyStateProps = {
  title: string;
  /** Why it is empty and how something gets here. */
  description?: ReactNode;
  icon?: IconName;
  action?: ReactNode;
  className?: string;
};

export function EmptyState({ title, description, icon = "inbox", action, className }: EmptyStateProps) {
  return (
    <div className={cn("grid justify-items-center gap-3 px-6 py-12 text-center", className)}>
      <span className="grid size-10 place-items-center rounded-full bg-muted text-muted-foreground">
        <Icon name={icon} className="size-5" />
      </span>
      <div className="grid gap-1">
        <p className="font-medium">{title}</p>
        {description && <p className="max-w-sm text-[0.8125rem] text-muted-foreground">{description}</p>}
      </div>
      {action}
    </div>
  );
}
