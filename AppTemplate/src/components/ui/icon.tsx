import type { SVGProps } from "react";

import { cn } from "@/lib/cn";

/** The strokes of each icon, drawn on a 24 × 24 grid. Add your own the same way. */
const paths = {
  "alert": "M12 8.5v4.5M12 16.6v.2M12 3.8 2.9 19.5h18.2z",
  "arrow-left": "M19 12H5m6-6-6 6 6 6",
  "arrow-right": "M5 12h14m-6-6 6 6-6 6",
  "bell": "M6.5 16V11a5.5 5.5 0 0 1 11 0v5l1.5 2H5zM10 20.5a2.2 2.2 0 0 0 4 0",
  "calendar": "M4.5 6.5h15v13h-15zM4.5 10.5h15M8.5 4v4M15.5 4v4",
  "chart": "M4.5 4v15.5H20M8.5 16v-4M13 16V8M17.5 16v-6",
  "check": "m5 12.5 4.5 4.5L19 7.5",
  "chevron-down": "m6.5 9.5 5.5 5.5 5.5-5.5",
  "chevron-right": "m9.5 6.5 5.5 5.5-5.5 5.5",
  "clock": "M12 7.5V12l3 2M20.5 12a8.5 8.5 0 1 1-17 0 8.5 8.5 0 0 1 17 0z",
  "copy": "M9 9h10.5v10.5H9zM15 9V4.5H4.5V15H9",
  "download": "M12 4v11m-4.5-4.5L12 15l4.5-4.5M4.5 19.5h15",
  "edit": "m4.5 19.5.8-3.8L15.8 5.2a2 2 0 0 1 3 3L8.3 18.7zM14 7l3 3",
  "external": "M13.5 5H19v5.5M19 5l-8 8M16.5 14v5H5V7.5h5",
  "filter": "M4 5.5h16l-6.2 7.2v5.8l-3.6-1.8v-4z",
  "inbox": "M4 13.5 6.5 5h11L20 13.5V19H4zM4 13.5h4.5l1.2 2.5h4.6l1.2-2.5H20",
  "info": "M12 11.5V16M12 8v.2M20.5 12a8.5 8.5 0 1 1-17 0 8.5 8.5 0 0 1 17 0z",
  "mail": "M3.5 6h17v12.5h-17zM4 6.5l8 6.5 8-6.5",
  "menu": "M4 7h16M4 12h16M4 17h16",
  "minus": "M5.5 12h13",
  "more": "M5 12a.8.8 0 1 0 1.6 0 .8.8 0 1 0-1.6 0M11.2 12a.8.8 0 1 0 1.6 0 .8.8 0 1 0-1.6 0M17.4 12a.8.8 0 1 0 1.6 0 .8.8 0 1 0-1.6 0",
  "plus": "M12 5.5v13M5.5 12h13",
  "refresh": "M19.5 11A7.5 7.5 0 0 0 6 7.5L4.5 9.5M4.5 5v4.5H9M4.5 13A7.5 7.5 0 0 0 18 16.5l1.5-2M19.5 19v-4.5H15",
  "search": "M17 10.8a6.2 6.2 0 1 1-12.4 0 6.2 6.2 0 0 1 12.4 0zM15.5 15.5 20 20",
  "settings": "M4 7h9M17 7h3M4 17h3M11 17h9M15 9.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4zM9 19.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z",
  "sort": "M8 5v14m-3.5-3.5L8 19l3.5-3.5M16 19V5m-3.5 3.5L16 5l3.5 3.5",
  "sparkle": "m12 4 1.8 6.2L20 12l-6.2 1.8L12 20l-1.8-6.2L4 12l6.2-1.8z",
  "trash": "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.8 12.5h9.4L17.5 7M10.5 11v5M13.5 11v5",
  "upload": "M12 15.5v-11M7.5 9 12 4.5 16.5 9M4.5 19.5h15",
  "user": "M15.8 8.3a3.8 3.8 0 1 1-7.6 0 3.8 3.8 0 0 1 7.6 0zM4.8 20c.6-3.9 3.5-5.8 7.2-5.8s6.6 1.9 7.2 5.8",
  "users": "M12.3 8.3a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0zM2.5 19.5c.5-3.6 3-5.3 6.3-5.3s5.8 1.7 6.3 5.3M15.5 5a3.5 3.5 0 0 1 0 6.6M17.5 14.5c2.2.6 3.6 2.3 4 5",
  "x": "M6.5 6.5l11 11m0-11-11 11",
} as const;

export type IconName = keyof typeof paths;

export interface IconProps extends Omit<SVGProps<SVGSVGElement>, "name"> {
  name: IconName;
  /** Give a label only when no text beside the icon says the same. */
  label?: string;
}

export function Icon({ name, label, className, ...rest }: IconProps) {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
      className={cn("size-4 shrink-0", className)}
      {...rest}
    >
      <path d={paths[name]} />
    </svg>
  );
}
