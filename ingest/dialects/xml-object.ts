import sax from 'sax';
import type { JsonObject } from '#ingest/dialects/dialect.ts';

const deepest = 16;
const mostElements = 4_096;
const longestText = 4_096;

interface Open {
  readonly name: string;
  readonly children: Map<string, unknown>;
  text: string;
}

/**
 * An XML document as an object: elements by their names without name space, the first of several alike; attributes and
 * what stands between elements are left out. Undefined: it is none, or it wants something of its reader (a document type,
 * and with it entities), or it is deeper or has more in it than any event. Never throws; nothing is expanded and nothing fetched.
 */
export function xmlObject(text: string): JsonObject | undefined {
  const parser = new sax.SAXParser(true, { trim: true, normalize: false, position: false });
  const root: Open = { name: '', children: new Map(), text: '' };
  const open: Open[] = [root];
  let elements = 0;
  const unfit = (): never => {
    throw new Error('no event');
  };
  parser.onerror = unfit;
  parser.ondoctype = unfit;
  parser.onprocessinginstruction = ({ name }) => {
    if (name !== 'xml') unfit();
  };
  parser.onopentag = ({ name }) => {
    elements += 1;
    if (open.length > deepest || elements > mostElements) unfit();
    open.push({ name: name.slice(name.indexOf(':') + 1), children: new Map(), text: '' });
  };
  parser.ontext = (part) => addText(open.at(-1), part);
  parser.oncdata = (part) => addText(open.at(-1), part);
  parser.onclosetag = () => {
    const closed = open.pop();
    const parent = open.at(-1);
    if (closed === undefined || parent === undefined || parent.children.has(closed.name)) return;
    parent.children.set(closed.name, valueIn(closed));
  };
  try {
    parser.write(text).close();
  } catch {
    return undefined;
  }
  const [[name, document] = ['', undefined]] = [...root.children];
  return typeof document === 'object' && document !== null ? { [name]: document } : undefined;
}

function addText(open: Open | undefined, part: string): void {
  if (open !== undefined) open.text = (open.text + part).slice(0, longestText);
}

const valueIn = ({ children, text }: Open): unknown =>
  children.size === 0 ? text : Object.fromEntries(children);
