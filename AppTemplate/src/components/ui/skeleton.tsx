import type { HTMLAttributes } from "react";

import { cn } from "@/lib/cn";

/** A grey stand-in for content that is on its way. Set `aria-busy` on the region around it. */
export function Skeleton({ className, ...rest }: HTMLAttributes<HTMLDivElement>) {
  return <div aria-hidden className={cn("animate-pulse rounded-md bg-muted", className)} {...rest} />;
}
