/** Waiting in real time, which passes also where the product's clock stands still. */

/**
 * What the work gives when it ends within so many milliseconds; `undefined` when it takes longer. It then goes on by
 * itself, and a failure that comes later concerns nobody here.
 */
export async function atMost<Result>(
  ms: number,
  work: Promise<Result>,
): Promise<Result | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves after so many milliseconds of real time. */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));
