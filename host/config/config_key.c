/* SPDX-License-Identifier: Apache-2.0 */
#include "host/config/config_key.h"

#include <string.h>

#define K ((guint64)1024)
#define M (1024 * K)
#define G (1024 * M)
#define AT(member) G_STRUCT_OFFSET(Config, member)

const ConfigKey config_keys[] = {
	{ .group = "node",
	  .name = "name",
	  .kind = KEY_NAME,
	  .offset = AT(node_name),
	  .standard = "node1",
	  .required = TRUE,
	  .comment = "What this node is called in its log and status." },
	{ .group = "node",
	  .name = "data_directory",
	  .kind = KEY_PATH,
	  .offset = AT(node_data_directory),
	  .standard = "data",
	  .comment = "Ledgers, hosted keys and what is known about plugins.\n"
		     "Made when missing." },
	{ .group = "node",
	  .name = "workers",
	  .kind = KEY_COUNT,
	  .offset = AT(node_workers),
	  .standard = "0",
	  .max = 256,
	  .comment = "Threads that run app chains; 0 is one for each core." },

	{ .group = "gateway",
	  .name = "listen",
	  .kind = KEY_ADDRESS,
	  .offset = AT(gateway_listen),
	  .standard = "127.0.0.1:8443",
	  .comment = "Where applications connect. 0.0.0.0:8443 or [::]:8443 is\n"
		     "every interface." },
	{ .group = "gateway",
	  .name = "tls_certificate",
	  .kind = KEY_PATH,
	  .offset = AT(gateway_tls_certificate),
	  .standard = "tls/server.pem",
	  .comment = "The gateway's certificate and its issuers, PEM." },
	{ .group = "gateway",
	  .name = "tls_key",
	  .kind = KEY_PATH,
	  .offset = AT(gateway_tls_key),
	  .standard = "tls/server.key",
	  .comment = "The certificate's private key, PEM." },
	{ .group = "gateway",
	  .name = "body_max",
	  .kind = KEY_SIZE,
	  .offset = AT(gateway_body_max),
	  .standard = "8M",
	  .min = 1 * K,
	  .max = 64 * M,
	  .comment = "Largest request body." },
	{ .group = "gateway",
	  .name = "header_max",
	  .kind = KEY_SIZE_32,
	  .offset = AT(gateway_header_max),
	  .standard = "16K",
	  .min = 1 * K,
	  .max = 1 * M,
	  .comment = "Largest head of a request." },
	{ .group = "gateway",
	  .name = "connections_max",
	  .kind = KEY_COUNT,
	  .offset = AT(gateway_connections_max),
	  .standard = "1024",
	  .min = 1,
	  .max = 65536,
	  .comment = "Connections at once." },
	{ .group = "gateway",
	  .name = "batch_max",
	  .kind = KEY_COUNT,
	  .offset = AT(gateway_batch_max),
	  .standard = "2000",
	  .min = 1,
	  .max = 100000,
	  .comment = "Transactions in one request." },
	{ .group = "gateway",
	  .name = "event_streams_max",
	  .kind = KEY_COUNT,
	  .offset = AT(gateway_event_streams_max),
	  .standard = "512",
	  .max = 65536,
	  .comment = "Event streams at once; of the connections." },
	{ .group = "gateway",
	  .name = "rpc_batch_max",
	  .kind = KEY_COUNT,
	  .offset = AT(gateway_rpc_batch_max),
	  .standard = "1000",
	  .min = 1,
	  .max = 100000,
	  .comment = "JSON-RPC requests in one batch." },
	{ .group = "gateway",
	  .name = "rpc_origins",
	  .kind = KEY_ORIGINS,
	  .offset = AT(gateway_rpc_origins),
	  .standard = "",
	  .comment = "Origins of web pages that may use /rpc in a browser, such\n"
		     "as https://app.example; * is any page. A wallet that is an\n"
		     "extension of the browser needs none." },
	{ .group = "gateway",
	  .name = "websockets_max",
	  .kind = KEY_COUNT,
	  .offset = AT(gateway_websockets_max),
	  .standard = "512",
	  .max = 65536,
	  .comment = "WebSockets at once; of the connections." },
	{ .group = "gateway",
	  .name = "idle_timeout_s",
	  .kind = KEY_COUNT,
	  .offset = AT(gateway_idle_timeout_s),
	  .standard = "60",
	  .min = 1,
	  .max = 3600,
	  .comment = "Seconds until a connection without a request is closed." },
	{ .group = "gateway",
	  .name = "request_timeout_s",
	  .kind = KEY_COUNT,
	  .offset = AT(gateway_request_timeout_s),
	  .standard = "30",
	  .min = 1,
	  .max = 3600,
	  .comment = "Seconds that a request may take to arrive whole." },
	{ .group = "gateway",
	  .name = "wait_max_ms",
	  .kind = KEY_COUNT,
	  .offset = AT(gateway_wait_max_ms),
	  .standard = "60000",
	  .min = 1,
	  .max = 3600000,
	  .comment = "Longest that wait=committed waits, in milliseconds." },

	{ .group = "channel",
	  .name = "listen",
	  .kind = KEY_PORTS,
	  .offset = AT(channel_listen),
	  .standard = "",
	  .comment = "Where SDKs of a chain's own framework connect, as to a node\n"
		     "of it: chain and address, such as bank 127.0.0.1:20200.\n"
		     "Each chain has a port of its own." },
	{ .group = "channel",
	  .name = "ca_files",
	  .kind = KEY_PATHS,
	  .offset = AT(channel_ca_files),
	  .standard = "channel/ca.crt",
	  .comment = "Certificate authorities of the SDKs that may connect, PEM." },
	{ .group = "channel",
	  .name = "tls_certificate",
	  .kind = KEY_PATH,
	  .offset = AT(channel_tls_certificate),
	  .standard = "channel/node.crt",
	  .comment = "The certificate that SDKs are shown, and its issuers, PEM." },
	{ .group = "channel",
	  .name = "tls_key",
	  .kind = KEY_PATH,
	  .offset = AT(channel_tls_key),
	  .standard = "channel/node.key",
	  .comment = "The certificate's private key, PEM." },
	{ .group = "channel",
	  .name = "connections_max",
	  .kind = KEY_COUNT,
	  .offset = AT(channel_connections_max),
	  .standard = "256",
	  .min = 1,
	  .max = 65536,
	  .comment = "SDKs at once, for each port." },
	{ .group = "channel",
	  .name = "handshake_timeout_s",
	  .kind = KEY_COUNT,
	  .offset = AT(channel_handshake_timeout_s),
	  .standard = "10",
	  .min = 1,
	  .max = 3600,
	  .comment = "Seconds that an SDK may take to shake hands." },
	{ .group = "channel",
	  .name = "idle_timeout_s",
	  .kind = KEY_COUNT,
	  .offset = AT(channel_idle_timeout_s),
	  .standard = "120",
	  .min = 1,
	  .max = 3600,
	  .comment = "Seconds until an SDK that sends nothing, not even a\n"
		     "heartbeat, is dropped." },

	{ .group = "grpc",
	  .name = "listen",
	  .kind = KEY_ADDRESS,
	  .offset = AT(grpc_listen),
	  .standard = "",
	  .comment = "Where SDKs that speak gRPC connect, Fabric's say: one address\n"
		     "for all chains, such as 127.0.0.1:7051. Empty, it is not\n"
		     "offered. `bsnctl grpc open` fills in the group." },
	{ .group = "grpc",
	  .name = "ca_files",
	  .kind = KEY_PATHS,
	  .offset = AT(grpc_ca_files),
	  .standard = "ca/ca.pem",
	  .comment = "Certificate authorities of the SDKs that may connect, PEM;\n"
		     "those of [identity] ca_files let in whoever may use the\n"
		     "gateway, by the same certificate." },
	{ .group = "grpc",
	  .name = "tls_certificate",
	  .kind = KEY_PATH,
	  .offset = AT(grpc_tls_certificate),
	  .standard = "tls/server.pem",
	  .comment = "The certificate that SDKs are shown, and its issuers, PEM." },
	{ .group = "grpc",
	  .name = "tls_key",
	  .kind = KEY_PATH,
	  .offset = AT(grpc_tls_key),
	  .standard = "tls/server.key",
	  .comment = "The certificate's private key, PEM." },
	{ .group = "grpc",
	  .name = "connections_max",
	  .kind = KEY_COUNT,
	  .offset = AT(grpc_connections_max),
	  .standard = "256",
	  .min = 1,
	  .max = 65536,
	  .comment = "SDKs at once." },
	{ .group = "grpc",
	  .name = "calls_max",
	  .kind = KEY_COUNT,
	  .offset = AT(grpc_calls_max),
	  .standard = "1024",
	  .min = 1,
	  .max = 65536,
	  .comment = "Calls at once, of all SDKs; streams of events are calls.\n"
		     "One certificate has three quarters of them at most." },
	{ .group = "grpc",
	  .name = "waiting_max_mib",
	  .kind = KEY_COUNT,
	  .offset = AT(grpc_waiting_max_mib),
	  .standard = "256",
	  .min = 32,
	  .max = 65536,
	  .comment = "MiB of messages that wait for chains: calls that bring more\n"
		     "fail. So many may wait for SDKs that do not read: beyond,\n"
		     "chains send each one message at a time." },
	{ .group = "grpc",
	  .name = "handshake_timeout_s",
	  .kind = KEY_COUNT,
	  .offset = AT(grpc_handshake_timeout_s),
	  .standard = "10",
	  .min = 1,
	  .max = 3600,
	  .comment = "Seconds that an SDK may take to shake hands." },
	{ .group = "grpc",
	  .name = "idle_timeout_s",
	  .kind = KEY_COUNT,
	  .offset = AT(grpc_idle_timeout_s),
	  .standard = "600",
	  .min = 1,
	  .max = 86400,
	  .comment = "Seconds until an SDK that has no call is disconnected; it\n"
		     "connects again by itself." },

	{ .group = "peers",
	  .name = "listen",
	  .kind = KEY_ADDRESSES,
	  .offset = AT(peers_listen),
	  .standard = "",
	  .comment = "Where other hosts connect, such as 0.0.0.0:8400. Without this\n"
		     "and connect, a chain of this host has no other node." },
	{ .group = "peers",
	  .name = "connect",
	  .kind = KEY_ADDRESSES,
	  .offset = AT(peers_connect),
	  .standard = "",
	  .comment = "Hosts to connect with, besides those that are members of\n"
		     "chains and known by their addresses." },
	{ .group = "peers",
	  .name = "certificate",
	  .kind = KEY_PATH,
	  .offset = AT(peers_certificate),
	  .standard = "peers/host.pem",
	  .comment = "This host's certificate of role node, PEM: SM2, P-256 or\n"
		     "secp256k1." },
	{ .group = "peers",
	  .name = "key",
	  .kind = KEY_PATH,
	  .offset = AT(peers_key),
	  .standard = "peers/host.key",
	  .comment = "The certificate's private key, PEM." },
	{ .group = "peers",
	  .name = "ca_files",
	  .kind = KEY_PATHS,
	  .offset = AT(peers_ca_files),
	  .standard = "peers/ca.pem",
	  .min = 1,
	  .comment = "Certificate authorities of the organisations whose hosts are\n"
		     "spoken to, PEM." },
	{ .group = "peers",
	  .name = "crl_files",
	  .kind = KEY_PATHS,
	  .offset = AT(peers_crl_files),
	  .standard = "",
	  .comment = "Their lists of revoked certificates, PEM. All these files are\n"
		     "read again when they change." },
	{ .group = "peers",
	  .name = "allow",
	  .kind = KEY_PEERS,
	  .offset = AT(peers_allow),
	  .standard = "",
	  .comment = "Only these: address 10.1.0.0/16; organisation Acme; host\n"
		     "node1@Acme; certificate and 64 hex digits of its SHA-256.\n"
		     "Addresses and identities are asked for each on its own." },
	{ .group = "peers",
	  .name = "deny",
	  .kind = KEY_PEERS,
	  .offset = AT(peers_deny),
	  .standard = "",
	  .comment = "Not these, whatever allow says." },
	{ .group = "peers",
	  .name = "connections_max",
	  .kind = KEY_COUNT,
	  .offset = AT(peers_connections_max),
	  .standard = "512",
	  .min = 1,
	  .max = 65536,
	  .comment = "Hosts that are connected at once." },
	{ .group = "peers",
	  .name = "handshakes_max",
	  .kind = KEY_COUNT,
	  .offset = AT(peers_handshakes_max),
	  .standard = "128",
	  .min = 2,
	  .max = 65536,
	  .comment = "Handshakes at once; one address has half of them at most." },
	{ .group = "peers",
	  .name = "handshakes_per_s",
	  .kind = KEY_COUNT,
	  .offset = AT(peers_handshakes_per_s),
	  .standard = "100",
	  .min = 2,
	  .max = 100000,
	  .comment = "Handshakes in a second; one address has half of them at most." },
	{ .group = "peers",
	  .name = "handshake_timeout_s",
	  .kind = KEY_COUNT,
	  .offset = AT(peers_handshake_timeout_s),
	  .standard = "10",
	  .min = 1,
	  .max = 3600,
	  .comment = "Seconds that a host may take to prove who it is." },
	{ .group = "peers",
	  .name = "keepalive_s",
	  .kind = KEY_COUNT,
	  .offset = AT(peers_keepalive_s),
	  .standard = "10",
	  .min = 1,
	  .max = 3600,
	  .comment = "Seconds of silence until a host is asked for a sign of life;\n"
		     "after three times that it is given up." },
	{ .group = "peers",
	  .name = "queue_max",
	  .kind = KEY_SIZE,
	  .offset = AT(peers_queue_max),
	  .standard = "32M",
	  /* The largest message is 16M. */
	  .min = 17 * M,
	  .max = 4 * G,
	  .comment = "Memory of one chain's messages that wait for one host; all\n"
		     "chains together have four times that." },
	{ .group = "peers",
	  .name = "overflow",
	  .kind = KEY_WORD,
	  .offset = AT(peers_overflow),
	  .standard = "drop-oldest",
	  .words = "drop-oldest disconnect",
	  .comment = "What happens to a host that takes less than a chain sends:\n"
		     "the oldest messages are dropped, or its connection is. The\n"
		     "chain is told either way." },

	{ .group = "identity",
	  .name = "ca_files",
	  .kind = KEY_PATHS,
	  .offset = AT(identity_ca_files),
	  .standard = "ca/ca.pem",
	  .min = 1,
	  .comment = "Certificate authorities of the organisations whose people\n"
		     "and programs may use the gateway, PEM." },
	{ .group = "identity",
	  .name = "clock_skew_s",
	  .kind = KEY_COUNT,
	  .offset = AT(identity_clock_skew_s),
	  .standard = "300",
	  .min = 1,
	  .max = 3600,
	  .comment = "Seconds that a signed request's time may be off ours." },

	{ .group = "keystore",
	  .name = "passphrase_file",
	  .kind = KEY_PATH,
	  .offset = AT(keystore_passphrase_file),
	  .standard = "keystore.pass",
	  .comment = "The secret that protects private keys in data_directory.\n"
		     "Made when missing; keep a copy in another place." },

	{ .group = "plugins",
	  .name = "directories",
	  .kind = KEY_PATHS,
	  .offset = AT(plugins_directories),
	  .standard = BSN_PLUGIN_DIR,
	  .local = TRUE,
	  .comment = "Where plugins (*.so) are. Left out, it is the directory\n"
		     "that this host's own plugins were installed in." },
	{ .group = "plugins",
	  .name = "frameworks",
	  .kind = KEY_WORDS,
	  .offset = AT(plugins_frameworks),
	  .standard = "fisco",
	  .comment = "Frameworks whose app chains this node runs." },
	{ .group = "plugins",
	  .name = "trust_digests",
	  .kind = KEY_DIGESTS,
	  .offset = AT(plugins_trust_digests),
	  .standard = "",
	  .comment = "Plugin files that are loaded: sm3: and 64 hex digits each,\n"
		     "as `bsnctl plugin trust FILE` prints them." },
	{ .group = "plugins",
	  .name = "trust_keys",
	  .kind = KEY_PATHS,
	  .offset = AT(plugins_trust_keys),
	  .standard = "",
	  .comment = "Public keys (SM2, PEM) of vendors whose signed plugins are\n"
		     "loaded; FILE.so.sig holds the signature of FILE.so." },
	{ .group = "plugins",
	  .name = "require",
	  .kind = KEY_WORD,
	  .offset = AT(plugins_require),
	  .standard = "none",
	  .words = "none L0 L1 L2 L3 L4",
	  .comment = "Level of conformance that engines must be certified for\n"
		     "to be loaded. FILE.so.conformance holds the certificate of\n"
		     "FILE.so, as bsn-conform makes it: L0 loads, L1 Table 2 on\n"
		     "one node, L2 both tables, L3 simulator, L4 soak." },
	{ .group = "plugins",
	  .name = "conformance_keys",
	  .kind = KEY_PATHS,
	  .offset = AT(plugins_conformance_keys),
	  .standard = "",
	  .comment = "Public keys (SM2, PEM) of whoever may certify conformance.\n"
		     "Empty, it is those of trust_keys." },
	{ .group = "plugins",
	  .name = "scan_timeout_ms",
	  .kind = KEY_COUNT,
	  .offset = AT(plugins_scan_timeout_ms),
	  .standard = "10000",
	  .min = 100,
	  .max = 600000,
	  .comment = "Milliseconds that a plugin may take to be examined." },

	{ .group = "io",
	  .name = "listen",
	  .kind = KEY_PORTS,
	  .offset = AT(io_listen),
	  .standard = "",
	  .comment = "Where plugins that do input and output may listen, besides Unix\n"
		     "sockets in data_directory: id of the plugin and address, such as\n"
		     "bsn.runtime-chaincode 127.0.0.1:7052; port 0 is any." },
	{ .group = "io",
	  .name = "connect",
	  .kind = KEY_PORTS,
	  .offset = AT(io_connect),
	  .standard = "",
	  .comment = "What they may connect to, likewise." },
	{ .group = "io",
	  .name = "connections_max",
	  .kind = KEY_COUNT,
	  .offset = AT(io_connections_max),
	  .standard = "256",
	  .min = 1,
	  .max = 65536,
	  .comment = "Connections at once, of each plugin." },
	{ .group = "io",
	  .name = "queue_max",
	  .kind = KEY_SIZE,
	  .offset = AT(io_queue_max),
	  .standard = "8M",
	  .min = 64 * K,
	  .max = 1 * G,
	  .comment = "Bytes that wait to be sent on one connection." },
	{ .group = "io",
	  .name = "children_max",
	  .kind = KEY_COUNT,
	  .offset = AT(io_children_max),
	  .standard = "32",
	  .max = 4096,
	  .comment = "Child processes at once, of each plugin: contracts, say." },
	{ .group = "io",
	  .name = "child_memory_max",
	  .kind = KEY_SIZE,
	  .offset = AT(io_child_memory_max),
	  .standard = "1G",
	  .min = 16 * M,
	  .max = 64 * G,
	  .comment = "Memory that a child may use." },
	{ .group = "io",
	  .name = "child_file_max",
	  .kind = KEY_SIZE,
	  .offset = AT(io_child_file_max),
	  .standard = "16M",
	  .max = 64 * G,
	  .comment = "Bytes of a file that a child writes." },
	{ .group = "io",
	  .name = "child_processes_max",
	  .kind = KEY_COUNT,
	  .offset = AT(io_child_processes_max),
	  .standard = "64",
	  .min = 8,
	  .max = 4096,
	  .comment = "Processes and threads of a child." },
	{ .group = "io",
	  .name = "child_files_max",
	  .kind = KEY_COUNT,
	  .offset = AT(io_child_files_max),
	  .standard = "256",
	  .min = 16,
	  .max = 65536,
	  .comment = "Files that a process of a child has open at once." },
	{ .group = "io",
	  .name = "child_cgroup",
	  .kind = KEY_PATH,
	  .offset = AT(io_child_cgroup),
	  .standard = "",
	  .comment = "A cgroup (version 2) that the host may make its children's in,\n"
		     "such as /sys/fs/cgroup/system.slice/bsn-hostd.service with\n"
		     "systemd's Delegate=yes and DelegateSubgroup=host. Without one\n"
		     "the limits below count for each process, and that of the CPU for\n"
		     "none." },
	{ .group = "io",
	  .name = "child_cpu_percent",
	  .kind = KEY_COUNT,
	  .offset = AT(io_child_cpu_percent),
	  .standard = "100",
	  .min = 1,
	  .max = 6400,
	  .comment = "Share of one core that a child may use, in a cgroup." },
	{ .group = "io",
	  .name = "child_paths",
	  .kind = KEY_PATHS,
	  .offset = AT(io_child_paths),
	  .standard = "/usr;/bin;/lib;/lib64;/etc/ssl;/etc/ld.so.cache;"
		      "/etc/localtime;/etc/passwd",
	  .comment = "What children may read and run, besides files of their own:\n"
		     "interpreters, libraries. Nothing that is secret." },
	{ .group = "io",
	  .name = "child_confinement",
	  .kind = KEY_WORD,
	  .offset = AT(io_child_confinement),
	  .standard = "required",
	  .words = "required possible",
	  .comment = "Children have namespaces of their own (user_namespaces(7)), no\n"
		     "network, few files (Landlock) and system calls (seccomp). When\n"
		     "the machine does not let them, they are not started, or are\n"
		     "started without; bsnctl status says what is missing." },

	{ .group = "chains",
	  .name = "parallel",
	  .kind = KEY_CHAINS,
	  .offset = AT(chains_parallel),
	  .standard = "",
	  .comment = "Chains that may begin others on this host, which are its\n"
		     "parallel chains: their names, or * for all. Empty, none\n"
		     "may." },
	{ .group = "chains",
	  .name = "parallel_max",
	  .kind = KEY_COUNT,
	  .offset = AT(chains_parallel_max),
	  .standard = "16",
	  .min = 1,
	  .max = 1024,
	  .comment = "Parallel chains at most, of all those chains together." },

	{ .group = "compiler",
	  .name = "solidity",
	  .kind = KEY_COMMAND,
	  .offset = AT(compiler_solidity),
	  .standard = "",
	  .comment = "What compiles Solidity for clients: a command line that\n"
		     "reads and writes the compiler's Standard JSON, such as\n"
		     "/usr/bin/solc --standard-json --no-import-callback or\n"
		     "node .../solc-compile.js --standard-json --project DIR.\n"
		     "Left out, the host does not compile." },
	{ .group = "compiler",
	  .name = "time_max_s",
	  .kind = KEY_COUNT,
	  .offset = AT(compiler_time_max_s),
	  .standard = "30",
	  .min = 1,
	  .max = 600,
	  .comment = "Seconds that one compilation may take." },
	{ .group = "compiler",
	  .name = "memory_max",
	  .kind = KEY_SIZE,
	  .offset = AT(compiler_memory_max),
	  .standard = "2G",
	  .min = 64 * M,
	  .max = 64 * G,
	  .comment = "Memory that a compiler may use." },
	{ .group = "compiler",
	  .name = "output_max",
	  .kind = KEY_SIZE,
	  .offset = AT(compiler_output_max),
	  .standard = "32M",
	  .min = 1 * K,
	  .max = 64 * M,
	  .comment = "Bytes that a compiler may write." },
	{ .group = "compiler",
	  .name = "parallel",
	  .kind = KEY_COUNT,
	  .offset = AT(compiler_parallel),
	  .standard = "1",
	  .min = 1,
	  .max = 64,
	  .comment = "Compilers that run at once." },
	{ .group = "compiler",
	  .name = "queue_max",
	  .kind = KEY_COUNT,
	  .offset = AT(compiler_queue_max),
	  .standard = "16",
	  .max = 1024,
	  .comment = "Compilations that wait for one; more are refused." },

	{ .group = "store",
	  .name = "map_size",
	  .kind = KEY_SIZE,
	  .offset = AT(store_map_size),
	  .standard = "64M",
	  .min = 1 * M,
	  .max = 1024 * G,
	  .comment = "The database's first size; it grows by doubling." },
	{ .group = "store",
	  .name = "map_size_max",
	  .kind = KEY_SIZE,
	  .offset = AT(store_map_size_max),
	  .standard = "64G",
	  .min = 16 * M,
	  .max = 16384 * G,
	  .comment = "It never grows beyond; writes are refused when it is full." },
	{ .group = "store",
	  .name = "reserve",
	  .kind = KEY_SIZE,
	  .offset = AT(store_reserve),
	  .standard = "256M",
	  .max = 1024 * G,
	  .comment = "Writes are refused while less than this is free on the\n"
		     "disk." },
	{ .group = "store",
	  .name = "pending_max",
	  .kind = KEY_SIZE,
	  .offset = AT(store_pending_max),
	  .standard = "512M",
	  /* The largest value that a plugin may store is 64M. */
	  .min = 128 * M,
	  .max = 4 * G,
	  .comment = "Memory of one chain's writes that are not yet in the database;\n"
		     "all chains together have four times that." },
	{ .group = "store",
	  .name = "journal_max",
	  .kind = KEY_SIZE,
	  .offset = AT(store_journal_max),
	  .standard = "2G",
	  .min = 16 * M,
	  .max = 64 * G,
	  .comment = "Of the journal, which has what is not yet in the database;\n"
		     "chains wait when it is full. It takes that much of the\n"
		     "disk at most, and one write of any size." },

	{ .group = "ops",
	  .name = "listen",
	  .kind = KEY_LOOPBACK,
	  .offset = AT(ops_listen),
	  .standard = "127.0.0.1:9464",
	  .comment = "Metrics and health, plain HTTP, for this machine only:\n"
		     "/metrics /healthz /readyz" },

	{ .group = "log",
	  .name = "level",
	  .kind = KEY_WORD,
	  .offset = AT(log_level),
	  .standard = "info",
	  .words = "error warning info debug",
	  .comment = "The least important lines that are written." },
	{ .group = "log",
	  .name = "format",
	  .kind = KEY_WORD,
	  .offset = AT(log_format),
	  .standard = "text",
	  .words = "text json",
	  .comment = "Of the lines on standard error." },
	{ .group = NULL },
};

const ConfigKey *
config_key_find(const char *group, const char *name)
{
	for (const ConfigKey *key = config_keys; key->group != NULL; key++)
		if (strcmp(key->group, group) == 0 &&
		    strcmp(key->name, name) == 0)
			return key;
	return NULL;
}

gboolean
config_group_exists(const char *group)
{
	for (const ConfigKey *key = config_keys; key->group != NULL; key++)
		if (strcmp(key->group, group) == 0)
			return TRUE;
	return FALSE;
}

/* ---- suggestions ---- */

/* Longer names are no slip of a finger. */
#define NAME_MAX_LEN 40u
/* Changes of one character that still look like a slip. */
#define SLIPS_MAX 3u

/* Levenshtein's distance (1966), one row at a time. */
static guint
distance(const char *a, const char *b)
{
	guint row[NAME_MAX_LEN + 1];
	gsize len = strlen(b);

	if (strlen(a) > NAME_MAX_LEN || len > NAME_MAX_LEN)
		return G_MAXUINT;
	for (guint j = 0; j <= len; j++)
		row[j] = j;
	for (guint i = 0; a[i] != '\0'; i++) {
		guint diagonal = row[0];

		row[0] = i + 1;
		for (guint j = 0; j < len; j++) {
			guint replaced = diagonal + (a[i] != b[j]);

			diagonal = row[j + 1];
			row[j + 1] = MIN(replaced,
					 MIN(row[j], row[j + 1]) + 1);
		}
	}
	return row[len];
}

static guint
slips_allowed(const char *name)
{
	return MIN(SLIPS_MAX, (guint)strlen(name) / 2);
}

/* The nearest key of the group, or of any when `group` is NULL. */
static const ConfigKey *
nearest_key(const char *group, const char *name)
{
	const ConfigKey *best = NULL;
	guint least = slips_allowed(name) + 1;

	for (const ConfigKey *key = config_keys; key->group != NULL; key++) {
		guint slips = distance(name, key->name);

		if ((group != NULL && strcmp(group, key->group) != 0) ||
		    slips >= least)
			continue;
		least = slips;
		best = key;
	}
	return best;
}

static gboolean
first_of_group(const ConfigKey *key)
{
	return key == config_keys || strcmp(key[-1].group, key->group) != 0;
}

char *
config_key_suggest(const char *group, const char *name)
{
	const ConfigKey *near = nearest_key(group, name);
	g_autoptr(GString) all = NULL;

	if (near != NULL)
		return g_strdup_printf("did you mean %s?", near->name);
	near = nearest_key(NULL, name);
	if (near != NULL)
		return g_strdup_printf("did you mean [%s] %s?", near->group,
				       near->name);
	all = g_string_new(NULL);
	for (const ConfigKey *key = config_keys; key->group != NULL; key++)
		if (strcmp(key->group, group) == 0)
			g_string_append_printf(all, "%s%s",
					       all->len > 0 ? ", " : "",
					       key->name);
	return g_strdup_printf("it has %s", all->str);
}

char *
config_group_suggest(const char *group)
{
	const char *best = NULL;
	guint least = slips_allowed(group) + 1;
	g_autoptr(GString) all = g_string_new(NULL);

	for (const ConfigKey *key = config_keys; key->group != NULL; key++) {
		guint slips = distance(group, key->group);

		if (first_of_group(key))
			g_string_append_printf(all, "[%s] ", key->group);
		if (slips < least) {
			least = slips;
			best = key->group;
		}
	}
	if (best != NULL)
		return g_strdup_printf("did you mean [%s]?", best);
	return g_strdup_printf("there are %sand [plugin ID]", all->str);
}
