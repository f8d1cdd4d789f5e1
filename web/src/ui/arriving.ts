const PAUSE_MS = 2_000;

/**
 * Fetches a part of the program. Where the line is gone it comes when that is back, and what is on the page stays
 * usable until then; a part that the server does not have any more is an error.
 */
export async function arriving<Part>(fetchPart: () => Promise<Part>): Promise<Part> {
  for (let answered = false; ; ) {
    try {
      return await fetchPart();
    } catch (error) {
      if (answered) throw error;
      answered = await fetch('/static/first.js', { cache: 'no-store' }).then(
        () => true,
        () => false,
      );
      if (!answered) {
        await new Promise((goOn) => {
          setTimeout(goOn, PAUSE_MS);
          window.addEventListener('online', goOn, { once: true });
        });
      }
    }
  }
}
