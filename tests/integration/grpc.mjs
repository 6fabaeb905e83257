// SPDX-License-Identifier: Apache-2.0
// The service of tests/grpc/methods.h in JavaScript, on @grpc/grpc-js.
import { createRequire } from 'node:module';

const require = createRequire(new URL('../npm/package.json', import.meta.url));
export const grpc = require('@grpc/grpc-js');

// Messages are plain bytes.
const bytes = { serialize: (value) => value, deserialize: (value) => value };
function method(name, requestStream, responseStream) {
  return {
    path: `/bsn.test.Echo/${name}`,
    requestStream,
    responseStream,
    requestSerialize: bytes.serialize,
    requestDeserialize: bytes.deserialize,
    responseSerialize: bytes.serialize,
    responseDeserialize: bytes.deserialize,
  };
}

export const service = {
  Unary: method('Unary', false, false),
  Count: method('Count', false, true),
  Sum: method('Sum', true, false),
  Chat: method('Chat', true, true),
  Fail: method('Fail', false, false),
  Hang: method('Hang', false, false),
  Stall: method('Stall', true, true),
  None: method('None', false, false),
};
export const Client = grpc.makeGenericClientConstructor(service, 'Echo');

function echoed(metadata) {
  const some = new grpc.Metadata();
  for (const name of Object.keys(metadata.getMap()))
    if (name.startsWith('x-'))
      for (const value of metadata.get(name)) some.add(name, value);
  return some;
}

async function count(call) {
  const [n, size] = String(call.request).split(' ').map(Number);
  for (let i = 0; i < n; i++)
    if (!call.write(Buffer.alloc(size, 'c')))
      await new Promise((resolve) => call.once('drain', resolve));
  call.end();
}

// What became of calls of Hang, Stall and Chat, in `ended`.
function handlers(ended) {
  const watch = (name, call) =>
    call.on('cancelled', () => ended.push(`${name} cancelled`));
  return {
    Unary(call, done) {
      const metadata = echoed(call.metadata);
      call.sendMetadata(metadata);
      done(null, call.request, metadata);
    },
    Count: count,
    Sum(call, done) {
      let n = 0, size = 0;
      call.on('data', (message) => {
        n++;
        size += message.length;
      });
      call.on('end', () => done(null, Buffer.from(`${n} ${size}`)));
    },
    Chat(call) {
      watch('Chat', call);
      call.on('data', (message) => {
        if (call.write(message)) return;
        call.pause();
        call.once('drain', () => call.resume());
      });
      call.on('end', () => call.end());
    },
    Fail(call, done) {
      const [, code, text] = /^(\d+) (.*)$/s.exec(String(call.request));
      const metadata = new grpc.Metadata();
      metadata.set('grpc-status-details-bin',
        Buffer.from(`details of ${text}`));
      done({ code: Number(code), details: text, metadata });
    },
    Hang(call) {
      watch('Hang', call);
    },
    Stall(call) {
      watch('Stall', call);
      call.once('data', () => call.pause());
    },
  };
}

// {port, ended, stop}; `tls` is {cert, key}, PEM, or nothing.
export async function serve(tls) {
  const server = new grpc.Server({
    'grpc.max_receive_message_length': 16 << 20,
    'grpc.max_concurrent_streams': 100,
  });
  const ended = [];
  const { None, ...offered } = service;
  server.addService(offered, handlers(ended));
  const credentials = tls
    ? grpc.ServerCredentials.createSsl(null,
      [{ cert_chain: tls.cert, private_key: tls.key }])
    : grpc.ServerCredentials.createInsecure();
  const port = await new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) =>
      error ? reject(error) : resolve(bound));
  });
  return { port, ended, stop: () => server.forceShutdown() };
}

export function connect(port, tls) {
  const credentials = tls ? grpc.credentials.createSsl(tls.cert)
    : grpc.credentials.createInsecure();
  return new Client(`localhost:${port}`, credentials, {
    'grpc.max_receive_message_length': 16 << 20,
    'grpc.ssl_target_name_override': 'localhost',
  });
}

// {value, headers, trailers} of a call with one answer, or {error}.
export function ask(client, name, message, metadata = new grpc.Metadata(),
  options = {}) {
  return new Promise((resolve) => {
    const result = {};
    const call = client[name](message, metadata, options, (error, value) => {
      Object.assign(result, { error, value });
    });
    call.on('metadata', (headers) => { result.headers = headers; });
    call.on('status', (status) => {
      result.trailers = status.metadata;
      setImmediate(() => resolve(result));
    });
  });
}
