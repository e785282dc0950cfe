import { describe, expect, it } from 'vitest';
import { TargetRefused } from '#notify/channel-tools.ts';
import { guardedRequest } from '#notify/guard/guarded-request.ts';
import { type Lookup, parseAllowedTargets, TargetGuard } from '#notify/guard/target-guard.ts';
import { startHttpReceiver } from '#tests/support/notify/http-receiver.ts';

const resolvesTo =
  (...addresses: readonly string[]): Lookup =>
  () =>
    Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
const guardOf = (allowed: string, lookup?: Lookup): TargetGuard =>
  new TargetGuard(parseAllowedTargets(allowed), lookup);

describe('a target inside', () => {
  it.each([
    '127.0.0.1',
    '127.8.9.1',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '168.63.129.16',
    '::7f00:1',
    '4000::1',
    '100.64.0.1',
    '100.100.100.200',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fd00:ec2::254',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::7f00:1',
  ])('%s is refused, written out and behind a name', async (address) => {
    await expect(guardOf('').resolve(address, 80)).rejects.toThrow(TargetRefused);
    await expect(guardOf('', resolvesTo(address)).resolve('hook.example', 80)).rejects.toThrow(TargetRefused);
  });

  it('is refused in the spellings that browsers take', async () => {
    for (const url of [
      'http://2130706433/',
      'http://0x7f.1/',
      'http://0177.0.0.1/',
      'http://[::ffff:7f00:1]/',
    ])
      await expect(
        guardedRequest(guardOf(''), { method: 'GET', url, headers: {} }, AbortSignal.timeout(60_000)),
        url,
      ).rejects.toThrow(TargetRefused);
  });

  it('is refused when only one of the addresses of a name lies inside', async () => {
    const guard = guardOf('', resolvesTo('93.184.216.34', '127.0.0.1'));
    await expect(guard.resolve('rebind.example', 443)).rejects.toThrow(/127\.0\.0\.1, a loopback address/);
  });

  it('may be allowed by its address, its network or its name', async () => {
    await expect(guardOf('10.0.0.0/8').resolve('10.1.2.3', 80)).resolves.toMatchObject({
      address: '10.1.2.3',
    });
    await expect(guardOf('::1').resolve('[::1]', 80)).resolves.toMatchObject({ family: 6 });
    const named = guardOf('mail.lan', resolvesTo('192.168.1.5'));
    await expect(named.resolve('mail.lan', 25)).resolves.toMatchObject({ address: '192.168.1.5' });
    await expect(named.resolve('other.lan', 25)).rejects.toThrow(TargetRefused);
  });
});

describe('a target outside', () => {
  it('is talked to at the address that was judged', async () => {
    const guard = guardOf('', resolvesTo('93.184.216.34', '2606:2800:220:1::1'));
    await expect(guard.resolve('hook.example', 443)).resolves.toEqual({
      host: 'hook.example',
      port: 443,
      address: '93.184.216.34',
      family: 4,
    });
  });
});

describe('a request', () => {
  it('goes to the judged address although the name says something else by then, with the name as its host', async () => {
    await using receiver = await startHttpReceiver();
    let lookups = 0;
    const guard = guardOf('127.0.0.0/8', () => {
      lookups += 1;
      return Promise.resolve([{ address: lookups === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }]);
    });
    const answer = await guardedRequest(
      guard,
      { method: 'POST', url: `http://hook.example:${receiver.port}/a?b=1`, headers: {}, body: '{"a":1}' },
      AbortSignal.timeout(60_000),
    );
    expect(answer.status).toBe(200);
    expect(receiver.received).toMatchObject([
      { path: '/a?b=1', body: '{"a":1}', headers: { host: `hook.example:${receiver.port}` } },
    ]);
    expect(lookups).toBe(1);
  });

  it('does not follow a redirect', async () => {
    await using receiver = await startHttpReceiver();
    receiver.behave(() => ({ status: 302, headers: { location: '/inside' } }));
    const request = { method: 'POST' as const, url: receiver.url, headers: {}, body: '' };
    const answer = await guardedRequest(guardOf('127.0.0.1'), request, AbortSignal.timeout(60_000));
    expect(answer.status).toBe(302);
    expect(receiver.received).toHaveLength(1);
  });

  it('reads no more of an answer than 64 KiB', async () => {
    await using receiver = await startHttpReceiver();
    receiver.behave(() => ({ status: 200, body: 'x'.repeat(1_000_000) }));
    const request = { method: 'GET' as const, url: receiver.url, headers: {} };
    const answer = await guardedRequest(guardOf('127.0.0.1'), request, AbortSignal.timeout(60_000));
    expect(answer.text).toHaveLength(64 * 1024);
  });

  it.each(['ftp://example.com/', 'file:///etc/passwd', 'http://user:secret@example.com/', 'nonsense'])(
    'to %s is refused, and does not say the password',
    async (url) => {
      const asked = guardedRequest(
        guardOf(''),
        { method: 'GET', url, headers: {} },
        AbortSignal.timeout(60_000),
      );
      await expect(asked).rejects.toThrow(TargetRefused);
      await expect(asked).rejects.not.toThrow(/secret/);
    },
  );
});
