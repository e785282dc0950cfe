import { describe, expect, it } from 'vitest';
import { type RunningApi, runningApi } from '#tests/api/support/running-api.ts';

const text = `# Cold storage, agreed with the shop on 3 May.
id: cold
category: comfort
severity: minor     # nobody is harmed
property: temperature
when: value > 8
`;
const rule = { category: 'comfort', severity: 'minor', property: 'temperature', when: 'value > 8' };

const put = (api: RunningApi, url: string, payload: string) =>
  api.call('admin', {
    method: 'PUT',
    url: `/api/v1${url}`,
    headers: { 'content-type': 'application/yaml' },
    payload,
  });
const shown = async (api: RunningApi) => (await api.get('admin', '/rules/cold')).json();

describe('the text of a rule that came as YAML', () => {
  it('stays as its author wrote it, in the editor and in its versions', async () => {
    await using api = await runningApi();
    expect((await put(api, '/rules/cold', text)).json()).toMatchObject({ version: 1, valid: true, text });
    expect(await shown(api)).toMatchObject({ version: 1, valid: true, text });
    const [listed] = (await api.get('admin', '/rules')).json().items;
    expect(listed.text).toBeUndefined();
    await put(api, '/rules/cold', text.replace('3 May', '4 May'));
    const { items } = (await api.get('admin', '/rules/cold/versions')).json();
    expect(items[0]).toMatchObject({ version: 2, text: text.replace('3 May', '4 May') });
    expect(items[0].source).toEqual({ id: 'cold', ...rule });
    expect(items[0].diff).toContain('-# Cold storage, agreed with the shop on 3 May.\n+# Cold storage');
    await put(api, '/rules/cold', items[1].text);
    expect(await shown(api)).toMatchObject({ version: 3, text });
  });

  it('stays when the same is said again as JSON, and goes when JSON says something else', async () => {
    await using api = await runningApi();
    await put(api, '/rules/cold', text);
    await api.send('admin', 'PUT', '/rules', { rules: [{ id: 'cold', ...rule }] });
    expect(await shown(api)).toMatchObject({ version: 1, text });
    await api.send('admin', 'PUT', '/rules/cold', rule);
    expect((await shown(api)).text).toBe(text);
    await api.send('admin', 'PUT', '/rules/cold', { ...rule, when: 'value > 9' });
    expect((await shown(api)).text).toBe(
      'id: cold\ncategory: comfort\nseverity: minor\nproperty: temperature\nwhen: value > 9\n',
    );
  });

  it('follows the switches', async () => {
    await using api = await runningApi();
    await put(api, '/rules/cold', text);
    await api.send('admin', 'PATCH', '/rules/cold', { enabled: false });
    const off = await shown(api);
    expect(off).toMatchObject({ enabled: false, valid: true });
    expect(off.text).toBe(text.replace('     #', ' #').concat('enabled: false\n'));
    await api.send('admin', 'PATCH', '/rules/cold', { enabled: null });
    expect((await shown(api)).text).toBe(text);
  });

  it('has the id where it was left out, and the text of a broken one keeps its lines', async () => {
    await using api = await runningApi();
    const nameless = text.replace('id: cold\n', '').replace('value > 8', 'valeu > 8');
    const answer = await put(api, '/rules/cold', nameless);
    expect(answer.json()).toMatchObject({
      valid: false,
      text: `${nameless}id: cold\n`,
      problems: [{ path: 'when', line: 5 }],
    });
  });

  it('of one rule of a file is that rule’s alone, and the file put again changes nothing', async () => {
    await using api = await runningApi();
    const file = `rules:\n${text.replace(/^/gm, '    ').trimEnd().replace('    # Cold', '  # Cold').replace('    id:', '  - id:')}\n  - { id: warm, category: comfort, severity: minor, property: temperature, when: value > 30 }\n`;
    expect((await put(api, '/rules', file)).statusCode).toBe(200);
    expect((await shown(api)).text).toBe(text);
    expect((await put(api, '/rules', file)).json().items).toMatchObject([{ version: 1 }, { version: 1 }]);
  });
});
