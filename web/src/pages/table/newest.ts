import { useEffect, useState } from 'react';

type Act = () => Promise<void>;

/**
 * Runs acts that each replace what the one before did: at once where nothing is on its way, else after it, and then
 * only the newest.
 */
export class Newest {
  private isRunning = false;
  private waiting: Act | null = null;

  run(act: Act): void {
    this.waiting = act;
    if (!this.isRunning) void this.pump();
  }

  /** Waits no longer: the page goes away. */
  flush(): void {
    const act = this.waiting;
    this.waiting = null;
    if (act) void act();
  }

  private async pump(): Promise<void> {
    this.isRunning = true;
    try {
      for (let act = this.waiting; act; act = this.waiting) {
        this.waiting = null;
        await act();
      }
    } finally {
      this.isRunning = false;
    }
  }
}

/** Acts of a component; what still waits when the page goes away starts then. */
export function useNewest(): Newest {
  const [newest] = useState(() => new Newest());
  useEffect(() => {
    const flush = () => newest.flush();
    window.addEventListener('pagehide', flush);
    return () => window.removeEventListener('pagehide', flush);
  }, [newest]);
  return newest;
}
