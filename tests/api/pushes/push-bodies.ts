export interface BodyPart {
  readonly name: string;
  readonly filename?: string;
  readonly type?: string;
  readonly content: string | Buffer;
}

/** As door stations write it. */
export function multipart(parts: readonly BodyPart[]): { readonly body: Buffer; readonly type: string } {
  const boundary = 'MIME_boundary';
  const written = parts.flatMap(({ content, filename, name, type }) => {
    const bytes = Buffer.from(content);
    const head = [
      `--${boundary}`,
      `Content-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}`,
      ...(type === undefined ? [] : [`Content-Type: ${type}`]),
      `Content-Length: ${bytes.length}`,
      '',
      '',
    ].join('\r\n');
    return [Buffer.from(head), bytes, Buffer.from('\r\n')];
  });
  return {
    body: Buffer.concat([...written, Buffer.from(`--${boundary}--\r\n`)]),
    type: `multipart/form-data; boundary=${boundary}`,
  };
}

/** The first bytes of a JPEG, and some hundred that look like the boundary now and then. */
export const face = Buffer.concat([
  Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10]),
  Buffer.from('JFIF\r\n--MIME_boundarx\r\n\r\n--MIME\r\n'),
  Buffer.alloc(300, 0xa5),
]);
