/** What a service shows Prometheus, to be asked by name and labels. */

type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

export interface Scraped {
  /** Of the only series that fits. */
  readonly value: (name: string, labels: Labels) => number;
  readonly sum: (name: string, labels: Labels) => number;
  /** Every line of a metric. */
  readonly all: (name: string) => readonly string[];
  readonly names: ReadonlySet<string>;
}

const form = /^(?<name>[a-z_]+)(?:\{(?<labels>.*)\})? (?<value>\S+)$/;

const sample = (line: string): readonly Sample[] => {
  const { name, labels = "", value } = form.exec(line)?.groups ?? {};
  if (name === undefined) return [];
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = "", text = ""]) => [key, text]);
  return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
};

export const scraped = (text: string): Scraped => {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const samples = lines.flatMap(sample);
  const fitting = (name: string, wanted: Labels): readonly Sample[] =>
    samples.filter((one) => one.name === name && Object.entries(wanted).every(([key, is]) => one.labels[key] === is));
  return {
    value: (name, labels) => {
      const [one, ...more] = fitting(name, labels).filter(
        ({ value }) => value !== 0 || fitting(name, labels).length === 1,
      );
      if (one === undefined && fitting(name, labels).length > 1) return 0;
      if (one === undefined || more.length > 0)
        throw new Error(`${more.length + 1} of ${name} ${JSON.stringify(labels)}`);
      return one.value;
    },
    sum: (name, labels) => fitting(name, labels).reduce((all, { value }) => all + value, 0),
    all: (name) => lines.filter((line) => line.startsWith(name)),
    names: new Set(samples.map(({ name }) => name)),
  };
};
