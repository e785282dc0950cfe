/** Whether it is a name as RFC 8428 §4.5.1 has it: letters, digits and - : . / _, beginning with a letter or digit. */
export function isName(name: string): boolean {
  for (let index = 0; index < name.length; index += 1) {
    const code = name.charCodeAt(index);
    const isAlphanumeric =
      (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
    const isMark = code === 45 || code === 46 || code === 47 || code === 58 || code === 95;
    if (!isAlphanumeric && (index === 0 || !isMark)) return false;
  }
  return name !== '';
}

/**
 * What a name says was measured: its last segment (after `/` or `:`). Empty when the name is the device's alone, as
 * `urn:dev:ow:10e2073a01080063`; then the unit has to say it.
 */
export function propertyPart(name: string, own: string): string {
  const ownPart = own.startsWith('urn:') ? '' : lastSegment(own);
  if (ownPart !== '' && !name.endsWith(`-${own}`)) return ownPart;
  if (name.startsWith('urn:dev:') && name.split(':').length === 4) {
    const underscore = name.lastIndexOf('_');
    return underscore < 0 ? '' : name.slice(underscore + 1);
  }
  return lastSegment(name);
}

const lastSegment = (name: string): string =>
  name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf(':')) + 1);
