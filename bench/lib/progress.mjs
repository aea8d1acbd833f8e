// Says how far the run is: one line that is rewritten on a terminal, a line for each step elsewhere.

export class Progress {
  constructor(steps, out = process.stderr) {
    this.out = out;
    this.left = steps.reduce((sum, step) => sum + step.seconds, 0);
    this.all = this.left;
    this.began = Date.now();
    this.last = '';
  }

  /** A step begins. */
  begin(text) {
    this.line(`${this.percent()}  ${text}${this.last ? `   (${this.last})` : ''}   ${this.remaining()}`);
  }

  /** A step that was planned to take so long has ended, with a figure. */
  done(seconds, figure) {
    this.left -= seconds;
    this.last = figure;
  }

  /** Something that should stay to be read. */
  note(text) {
    this.out.write(this.out.isTTY ? `\r\x1b[K${text}\n` : `${text}\n`);
  }

  line(text) {
    const width = this.out.columns ?? 120;
    this.out.write(this.out.isTTY ? `\r\x1b[K${text.slice(0, width - 1)}` : `${text}\n`);
  }

  percent() {
    return `[${String(Math.round((100 * (this.all - this.left)) / Math.max(this.all, 1))).padStart(3)} %]`;
  }

  /** What is planned, stretched by how wrong the plan was so far. */
  remaining() {
    const planned = this.all - this.left;
    const stretch = planned > 20 ? (Date.now() - this.began) / 1000 / planned : 1;
    const seconds = this.left * stretch;
    return seconds > 90 ? `${Math.round(seconds / 60)} min left` : `${Math.round(seconds)} s left`;
  }
}
