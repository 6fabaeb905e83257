/* SPDX-License-Identifier: Apache-2.0
 *
 * host/config/config.h: the host's one config file, typed and checked.
 */
#ifndef HOST_CONFIG_CONFIG_H
#define HOST_CONFIG_CONFIG_H

#include <glib.h>

/* Largest config file, in bytes. */
#define CONFIG_FILE_MAX (256 * 1024)

/* One member per key, named group_key. Relative paths in the file are relative
 * to the file's directory and absolute here. */
typedef struct {
	/* [node] */
	char *node_name;
	char *node_data_directory;
	guint node_workers;             /* 0: one per core */
	/* [gateway] */
	char *gateway_listen;           /* "127.0.0.1:8443" */
	char *gateway_tls_certificate;  /* PEM */
	char *gateway_tls_key;          /* PEM */
	guint64 gateway_body_max;       /* bytes */
	guint gateway_header_max;       /* bytes */
	guint gateway_connections_max;
	guint gateway_batch_max;        /* transactions in one request */
	guint gateway_event_streams_max;
	guint gateway_rpc_batch_max;    /* JSON-RPC requests in one message */
	char **gateway_rpc_origins;     /* of web pages; "*" for any */
	guint gateway_websockets_max;
	guint gateway_idle_timeout_s;
	guint gateway_request_timeout_s; /* to receive one whole request */
	guint gateway_wait_max_ms;      /* longest wait=committed */
	/* [channel] */
	char **channel_listen;          /* "bank 127.0.0.1:20200" */
	char **channel_ca_files;        /* PEM */
	char *channel_tls_certificate;  /* PEM */
	char *channel_tls_key;          /* PEM */
	guint channel_connections_max;  /* of each port */
	guint channel_handshake_timeout_s;
	guint channel_idle_timeout_s;
	/* [grpc] */
	char *grpc_listen;              /* "127.0.0.1:7051"; empty: nowhere */
	char **grpc_ca_files;           /* PEM */
	char *grpc_tls_certificate;     /* PEM */
	char *grpc_tls_key;             /* PEM */
	guint grpc_connections_max;
	guint grpc_calls_max;           /* of all connections */
	guint grpc_waiting_max_mib;     /* each way, likewise */
	guint grpc_handshake_timeout_s;
	guint grpc_idle_timeout_s;      /* without a call */
	/* [peers] */
	char **peers_listen;            /* "192.0.2.1:8400" */
	char **peers_connect;           /* likewise, of other hosts */
	char *peers_certificate;        /* PEM; of this host */
	char *peers_key;                /* PEM */
	char **peers_ca_files;          /* PEM */
	char **peers_crl_files;         /* PEM */
	char **peers_allow;             /* host/config/peer_rule.h */
	char **peers_deny;
	guint peers_connections_max;    /* hosts */
	guint peers_handshakes_max;     /* at once */
	guint peers_handshakes_per_s;
	guint peers_handshake_timeout_s;
	guint peers_keepalive_s;
	guint64 peers_queue_max;        /* bytes, of a chain to a host */
	char *peers_overflow;           /* "drop-oldest" or "disconnect" */
	/* [identity] */
	char **identity_ca_files;
	guint identity_clock_skew_s;
	/* [keystore] */
	char *keystore_passphrase_file;
	/* [plugins] */
	char **plugins_directories;
	char **plugins_frameworks;      /* enabled */
	char **plugins_trust_digests;
	char **plugins_trust_keys;
	char *plugins_require;          /* "none", "L0" to "L4" */
	char **plugins_conformance_keys; /* PEM; empty: trust_keys */
	guint plugins_scan_timeout_ms;
	/* [io]: of plugins that do input and output */
	char **io_listen;               /* "bsn.runtime-x 127.0.0.1:7052" */
	char **io_connect;              /* likewise; port 0 is any */
	guint io_connections_max;       /* of each plugin */
	guint64 io_queue_max;           /* bytes, of a connection */
	guint io_children_max;          /* of each plugin */
	guint64 io_child_memory_max;    /* bytes */
	guint64 io_child_file_max;      /* bytes */
	guint io_child_processes_max;
	guint io_child_files_max;       /* open at once */
	char *io_child_cgroup;          /* empty: none */
	guint io_child_cpu_percent;     /* of one core */
	char **io_child_paths;
	char *io_child_confinement;     /* "required" or "possible" */
	/* [plugin ID], of any plugin: */
	char **plugin_settings;         /* "ID NAME=VALUE"; as it stands there */
	/* [chains]: that begin others */
	char **chains_parallel;         /* names of chains; "*": all */
	guint chains_parallel_max;
	/* [compiler] */
	char **compiler_solidity;       /* a command line; empty: none */
	guint compiler_time_max_s;
	guint64 compiler_memory_max;    /* bytes */
	guint64 compiler_output_max;    /* bytes */
	guint compiler_parallel;        /* that run */
	guint compiler_queue_max;       /* that wait */
	/* [store] */
	guint64 store_map_size;         /* bytes */
	guint64 store_map_size_max;
	guint64 store_reserve;
	guint64 store_pending_max;
	guint64 store_journal_max;
	/* [ops] */
	char *ops_listen;               /* metrics and health; loopback only */
	char *log_level;                /* error warning info debug */
	char *log_format;               /* "text" or "json" */
} Config;

/* Reads and checks. An error names file, line, key and remedy:
 * "FILE:12: [gateway] body_max = 5 is below 1024; give 1024 to 67108864". */
Config *config_load(const char *file, GError **error);
/* The same from memory; `name` stands for the file in errors. */
Config *config_parse(const char *text, gsize len, const char *name,
		     GError **error);
void config_free(Config *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Config, config_free)

/* The commented sample with every key at its default: what configs/
 * bsn-hostd.conf holds. */
char *config_sample(void);

#endif
