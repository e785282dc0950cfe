/** What is told while the history is made. */
export interface Progress {
  /** 0 to 1. */
  at(share: number): void;
  done(): void;
}

const barWidth = 24;
const title = '正在生成历史 Making the past';

/** One line that fills up, in a terminal; elsewhere a line at each quarter. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  let last = -1;
  const draw = (percent: number): void => {
    const filled = Math.round((percent / 100) * barWidth);
    const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
    stream.write(`\r  ${title}  ${bar} ${String(percent).padStart(3)} %`);
  };
  return {
    at: (share) => {
      const percent = Math.min(100, Math.floor(share * 100));
      if (percent === last) return;
      if (stream.isTTY) draw(percent);
      else if (Math.floor(percent / 25) > Math.floor(last / 25)) stream.write(`  ${title}: ${percent} %\n`);
      last = percent;
    },
    done: () => {
      if (stream.isTTY && last >= 0) stream.write('\r\u001b[2K');
    },
  };
}
