/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/ext/io.h: input and output for plugins that cannot do without
 * (`bsn.io/1`): a contract runtime whose contracts are processes, an adapter to
 * a chain that runs elsewhere. Connections, timers and child processes live on
 * the host's main loop; the way to a chain's strand and back is here, too.
 *
 * Who gets it. bsn_host.query cannot know who asks, and before bsn_plugin_open
 * has returned nobody knows the plugin's flags. So no query of the host answers
 * BSN_IO_ID. It is the other way round: the plugin's own query answers it with
 * a bsn_io_user, and the host, once it has read BSN_PLUGIN_DOES_IO in the
 * plugin's flags and found all of its tables good, hands its table over by
 * bsn_io_user.start. A plugin without the flag is not asked; a host that offers
 * no I/O (one that only looks at a plugin, a simulator) never calls start, and
 * the plugin answers BSN_UNAVAILABLE to whatever would need it.
 *
 * What is allowed. Unix sockets in a directory of the plugin's own, always;
 * addresses, as far as the host's administrator has named them for this plugin.
 * All limits are the administrator's, and a plugin meets them as BSN_BUSY.
 *
 * Callbacks come on the main loop unless it is said otherwise, and never from
 * inside a function of this file. They may call all of its functions. Handles
 * are a plugin's own: what it left open when `stop` returns is ended by the
 * host, without a callback.
 */
#ifndef BSN_EXT_IO_H
#define BSN_EXT_IO_H

#include "../host.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BSN_IO_ID "bsn.io/1"

/* All of a plugin's I/O. */
typedef struct bsn_io_account bsn_io_account;

/* ---- TLS -------------------------------------------------------------- */

/* A listener asks for a certificate, takes none, too, and takes none that `ca`
 * does not vouch for. */
#define BSN_IO_TLS_ASK 1u
/* A listener takes nobody without a certificate that `ca` vouches for. */
#define BSN_IO_TLS_REQUIRE 2u

/* TLS 1.2 (RFC 5246) or 1.3 (RFC 8446). All is PEM (RFC 7468). */
typedef struct bsn_io_tls {
	uint32_t size;
	uint32_t flags;        /* BSN_IO_TLS_*, of listeners */
	bsn_slice certificate; /* and its issuers; connecting: may be empty */
	bsn_slice key;         /* of the certificate */
	bsn_slice ca;          /* who vouches for the other side; when
				* connecting never empty */
	const char *alpn;      /* the one protocol that must be agreed on,
				* "h2" (RFC 7301); NULL: none is */
	const char *name;      /* connecting: the DNS name or IP address that
				* the other side's certificate must have;
				* NULL: the address that is connected to */
} bsn_io_tls;

/* A certificate authority that lives as long as its handle: for certificates
 * that a plugin gives to those whom it starts. Keys are P-256. */
typedef struct bsn_io_authority bsn_io_authority;

/* ---- connections ------------------------------------------------------ */

/* Bytes of an address, its NUL included. */
#define BSN_IO_ADDRESS_MAX 128

/* 0 means the default, which is said. */
typedef struct bsn_io_times {
	uint32_t size;
	uint32_t connect_ms; /* to connect and shake hands: 10,000 */
	uint32_t idle_ms;    /* without a byte either way: none */
	uint32_t stall_ms;   /* bytes wait, and the other side takes none:
			      * 60,000 */
} bsn_io_times;

/* The other side, once hands are shaken. Borrowed for the call. */
typedef struct bsn_io_peer {
	uint32_t size;
	uint32_t reserved;     /* 0 */
	const char *address;   /* "127.0.0.1:40112"; "unix" */
	bsn_slice certificate; /* DER, proven to be its own, vouched for by the
				* CA; empty: it showed none */
} bsn_io_peer;

/* A connection. */
typedef struct bsn_io_stream bsn_io_stream;

/* What happens to a connection. The plugin embeds it and keeps it until
 * `closed` has returned or it has called bsn_io.close. */
typedef struct bsn_io_events bsn_io_events;
struct bsn_io_events {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* It is connected, TLS included; the first callback of a connection
	 * that was asked for by `connect`; others are born so. Optional.
	 * [main] */
	void (*opened)(bsn_io_events *events, const bsn_io_peer *peer);

	/* Bytes have come, at most 64 KiB at once; borrowed. [main] */
	void (*received)(bsn_io_events *events, bsn_slice bytes);

	/* The other side sends nothing any more; it may still be sent to.
	 * (With TLS the host cannot send after that: `closed` comes instead.)
	 * Optional: without it the connection is closed. [main] */
	void (*ended)(bsn_io_events *events);

	/* There is room again, half of it at least, after a BSN_BUSY.
	 * Optional. [main] */
	void (*writable)(bsn_io_events *events);

	/* The last: the handle is no more. Not after bsn_io.close.
	 *
	 * In: status: BSN_OK: the other side has left in good order;
	 *     BSN_TIMEOUT: of bsn_io_times; BSN_UNAVAILABLE: it could not be
	 *     connected, or was cut off; BSN_DENIED: hands were not shaken. err
	 *     has the reason.
	 * [main] */
	void (*closed)(bsn_io_events *events, int32_t status,
		       const bsn_err *err);
};

/* Required members, X(member). */
#define BSN_IO_EVENTS_REQUIRED(X) X(received) X(closed)

/* Who takes connections. The plugin embeds it and keeps it until
 * bsn_io.listener_close, or, of a child's door, until the child has exited. */
typedef struct bsn_io_acceptor bsn_io_acceptor;
struct bsn_io_acceptor {
	/* A connection has come, and TLS is up.
	 *
	 * Returns: who is told of it; NULL: it is refused, and the handle is
	 *          no more.
	 * In:      stream, peer.
	 * [main] */
	bsn_io_events *(*accepted)(bsn_io_acceptor *acceptor,
				   bsn_io_stream *stream,
				   const bsn_io_peer *peer);
};

typedef struct bsn_io_listener bsn_io_listener;

/* ---- timers ----------------------------------------------------------- */

typedef struct bsn_io_timer bsn_io_timer;

/* The plugin embeds it and keeps it until bsn_io.timer_free. */
typedef struct bsn_io_alarm bsn_io_alarm;
struct bsn_io_alarm {
	/* Time is over; the timer is not set any more. [main] */
	void (*rang)(bsn_io_alarm *alarm);
};

/* ---- child processes -------------------------------------------------- */

/* Stands in arguments and environment for the address that a child reaches its
 * plugin at, "127.0.0.1:7052". */
#define BSN_IO_DOOR "{door}"

/* Stands in them for the child's directory, an absolute path. */
#define BSN_IO_DIRECTORY "{directory}"

#define BSN_IO_FILE_EXECUTABLE 1u

/* A file that a child finds in its directory. */
typedef struct bsn_io_file {
	uint32_t size;
	uint32_t flags;   /* BSN_IO_FILE_* */
	const char *path; /* relative, '/' between names, none of which is empty
			   * or begins with two dots; directories are made */
	bsn_slice data;
} bsn_io_file;

/* Largest number of files, and bytes of all of them. */
#define BSN_IO_FILES_MAX 65536u
#define BSN_IO_FILES_BYTES_MAX (512u << 20)

/* A child to be started. It runs as the daemon's user, but: in a user, process
 * and network namespace of its own, so that it sees no other process and
 * reaches nothing but its door; it reads what the administrator has said
 * (libraries, interpreters) and its directory, and writes to that only; seccomp
 * keeps it from what contracts have no use for; memory, open files, processes
 * and CPU are bounded. What of this the machine does not have is in the host's
 * status; whether a child runs all the same is the administrator's to say. It
 * has no standard input; its output goes to the host's log, line by line. */
typedef struct bsn_io_spec {
	uint32_t size;
	uint32_t start_ms; /* until bsn_io.child_ready, or it is killed; 0:
			    * 60,000 */
	const char *name;  /* for log and status: letters, digits, '.', '_',
			    * '-', at most 63; starts of one name after the
			    * first count as restarts */
	const char *const *argv; /* ended by NULL; a program without '/' is
				  * looked for in PATH */
	const char *const *env;  /* ended by NULL: "NAME=value"; PATH, HOME,
				  * LC_ALL and TMPDIR have defaults */
	const bsn_io_file *files;
	uint64_t file_count;
	uint64_t memory_max;   /* bytes; 0: as much as is allowed */
	bsn_io_acceptor *door; /* whoever connects is this child, or a process
				* that it started; NULL: it has no network */
	const bsn_io_tls *door_tls; /* NULL: in clear */
	uint32_t door_port;    /* where the child finds it, on 127.0.0.1 of its
				* own network; 0: 7052. Where it cannot have one
				* the port is another: use BSN_IO_DOOR */
	uint32_t reserved;     /* 0 */
} bsn_io_spec;

typedef struct bsn_io_child bsn_io_child;

/* How a child ended. Borrowed for the call. */
typedef struct bsn_io_exit {
	uint32_t size;
	int32_t status;    /* BSN_OK: by itself, with code 0; BSN_FAULT: with
			    * another code, or by a signal; BSN_TIMEOUT: it was
			    * not ready in time; BSN_UNAVAILABLE: it could not
			    * be started */
	int32_t code;      /* exit code; -1: none */
	int32_t signal;    /* 0: none */
	const char *reason; /* one sentence */
} bsn_io_exit;

/* Who started a child. The plugin embeds it and keeps it until `exited`. */
typedef struct bsn_io_parent bsn_io_parent;
struct bsn_io_parent {
	/* The child and all that it started are gone, its directory, too, and
	 * its connections are closed; the handle is no more. Once. [main] */
	void (*exited)(bsn_io_parent *parent, const bsn_io_exit *how);
};

/* ---- strands ---------------------------------------------------------- */

/* A chain's strand as a plugin keeps it, valid until bsn_io.strand_free, also
 * when the chain has closed. */
typedef struct bsn_io_strand bsn_io_strand;

/* The plugin embeds it and keeps it as long as the strand. */
typedef struct bsn_io_resident bsn_io_resident;
struct bsn_io_resident {
	/* The chain closes: what it waits for from the plugin (a state->done)
	 * must come within this call. Jobs are told BSN_UNAVAILABLE from now
	 * on. Once, before the engine's close, unless the strand was freed.
	 * [strand] & closing */
	void (*closing)(bsn_io_resident *resident);
};

/* Something to be done elsewhere. The plugin embeds it and keeps it until it
 * runs; it may be freed or posted again then. */
typedef struct bsn_io_job bsn_io_job;
struct bsn_io_job {
	/* Once for each post.
	 *
	 * In: status: BSN_OK; on a strand BSN_UNAVAILABLE: the chain has
	 *     closed, nothing of it may be touched.
	 * [main], [strand]: as it was posted */
	void (*run)(bsn_io_job *job, int32_t status);
};

/* ---- the table -------------------------------------------------------- */

typedef struct bsn_io {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Listens.
	 *
	 * Returns: BSN_OK.
	 * In:      where: "unix:NAME", a socket of that name in the plugin's
	 *          directory, or "ADDRESS:PORT" with an allowed one, port 0 for
	 *          any if the administrator said so; tls, NULL: in clear;
	 *          times, NULL: the defaults; acceptor.
	 * Out:     listener; address: what others connect to, "unix:/PATH" or
	 *          "127.0.0.1:7052"; may be NULL.
	 * Errors:  BSN_DENIED: not allowed; BSN_CONFLICT: somebody listens
	 *          there; BSN_BAD_REQUEST: where, certificate or key; BSN_BUSY:
	 *          too many; BSN_TOO_LARGE: the path; BSN_E_IO.
	 * [main] */
	int32_t (*listen)(bsn_io_account *account, const char *where,
			  const bsn_io_tls *tls, const bsn_io_times *times,
			  bsn_io_acceptor *acceptor,
			  bsn_io_listener **listener, bsn_sink *address,
			  bsn_err *err);

	/* Takes no connection any more; those that are open stay. [main] */
	void (*listener_close)(bsn_io_listener *listener);

	/* Connects. What is written meanwhile waits.
	 *
	 * Returns: BSN_OK: `opened` or `closed` comes.
	 * In:      where: "unix:NAME" as in listen, or an allowed
	 *          "ADDRESS:PORT"; the others as in listen; events.
	 * Out:     stream.
	 * Errors:  BSN_DENIED, BSN_BAD_REQUEST, BSN_BUSY, BSN_TOO_LARGE.
	 * [main] */
	int32_t (*connect)(bsn_io_account *account, const char *where,
			   const bsn_io_tls *tls, const bsn_io_times *times,
			   bsn_io_events *events, bsn_io_stream **stream,
			   bsn_err *err);

	/* Queues bytes, all or none.
	 *
	 * Returns: BSN_OK: queued, which is no promise that they arrive.
	 * In:      bytes, copied.
	 * Errors:  BSN_BUSY: there is no room until `writable`;
	 *          BSN_TOO_LARGE: there never is; BSN_UNAVAILABLE: `finish` was
	 *          called, or the other side is gone.
	 * [main] */
	int32_t (*write)(bsn_io_stream *stream, bsn_slice bytes);

	/* Bytes that can be queued now. [main] */
	uint64_t (*room)(bsn_io_stream *stream);

	/* Whether `received` may come: 0 stops it, and so, when what the host
	 * reads ahead is full, the other side; 1 lets it. [main] */
	void (*receive)(bsn_io_stream *stream, uint32_t on);

	/* Nothing more is written: the other side learns so when it has what
	 * is queued. [main] */
	void (*finish)(bsn_io_stream *stream);

	/* Ends the connection and the handle: no callback comes. What is queued
	 * still is sent, for 5 seconds at most. close(NULL) does nothing.
	 * [main] */
	void (*close)(bsn_io_stream *stream);

	/* Makes an authority. Its name is the organisation of all its
	 * certificates.
	 *
	 * Returns: BSN_OK.
	 * Errors:  BSN_BAD_REQUEST: the name; BSN_E_INTERNAL.
	 * [main] */
	int32_t (*authority_new)(bsn_io_account *account, const char *name,
				 bsn_io_authority **authority, bsn_err *err);

	/* Its certificate, PEM. [main] */
	int32_t (*authority_certificate)(bsn_io_authority *authority,
					 bsn_sink *certificate, bsn_err *err);

	/* Makes a key and certifies it, for as long as the authority.
	 *
	 * Returns: BSN_OK.
	 * In:      name: a client's common name; hosts: NULL: a client's
	 *          certificate; a server's DNS names and IP addresses, ended by
	 *          NULL.
	 * Out:     certificate and key (PKCS #8), PEM.
	 * Errors:  BSN_BAD_REQUEST: a name; BSN_E_INTERNAL; what a sink
	 *          returns.
	 * [main] */
	int32_t (*authority_issue)(bsn_io_authority *authority,
				   const char *name, const char *const *hosts,
				   bsn_sink *certificate, bsn_sink *key,
				   bsn_err *err);

	/* authority_free(NULL) does nothing. [main] */
	void (*authority_free)(bsn_io_authority *authority);

	/* Makes a timer, not set.
	 *
	 * Returns: a timer; NULL: too many. [main] */
	bsn_io_timer *(*timer_new)(bsn_io_account *account,
				   bsn_io_alarm *alarm);

	/* Sets it, whether it was set or not. [main] */
	void (*timer_set)(bsn_io_timer *timer, uint64_t delay_ms);

	/* It does not ring. [main] */
	void (*timer_stop)(bsn_io_timer *timer);

	/* timer_free(NULL) does nothing. [main] */
	void (*timer_free)(bsn_io_timer *timer);

	/* Starts a child.
	 *
	 * Returns: BSN_OK: `exited` comes.
	 * In:      spec, all of it borrowed but for `door`; parent.
	 * Out:     child.
	 * Errors:  BSN_BAD_REQUEST: spec; BSN_TOO_LARGE: its files; BSN_BUSY:
	 *          too many children, or this name was started 10 times in the
	 *          last minute; BSN_DENIED: more than is allowed; BSN_E_IO.
	 * [main] */
	int32_t (*child_start)(bsn_io_account *account,
			       const bsn_io_spec *spec, bsn_io_parent *parent,
			       bsn_io_child **child, bsn_err *err);

	/* It does what it was started for: the start's deadline is off.
	 * [main] */
	void (*child_ready)(bsn_io_child *child);

	/* Kills it and all that it started; `exited` comes. [main] */
	void (*child_kill)(bsn_io_child *child);

	/* The chain whose strand the calling thread is on; NULL: none's. For a
	 * runtime, which is given no chain. [any] */
	bsn_chain *(*chain_here)(void);

	/* Keeps a chain's strand.
	 *
	 * Returns: BSN_OK.
	 * In:      chain; resident.
	 * Out:     strand.
	 * Errors:  BSN_E_STATE: the chain closes.
	 * [strand] & open, or in the engine's open */
	int32_t (*strand_keep)(bsn_io_account *account, bsn_chain *chain,
			       bsn_io_resident *resident,
			       bsn_io_strand **strand, bsn_err *err);

	/* Runs a job on the strand; in order of posts of one thread. [any] */
	void (*on_strand)(bsn_io_strand *strand, bsn_io_job *job);

	/* Lets go of a strand; jobs that were posted run all the same.
	 * [strand] & open & closing; after `closing`: [any] */
	void (*strand_free)(bsn_io_strand *strand);

	/* Runs a job on the main loop; in order of posts of one thread. Not
	 * any more when `stop` was called. [any] */
	void (*on_main)(bsn_io_account *account, bsn_io_job *job);

	/* What the administrator has set for this plugin: a key of the host's
	 * config, in the section "plugin ID".
	 *
	 * Returns: its text, UTF-8, which lives until `stop` returns; NULL: it
	 *          is not set.
	 * In:      name, NUL-terminated. [main] */
	const char *(*setting)(bsn_io_account *account, const char *name);
} bsn_io;

/* What the plugin's query answers to BSN_IO_ID. */
typedef struct bsn_io_user {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* The plugin has I/O from now on, before the first chain opens. Once.
	 *
	 * Returns: BSN_OK; any other: it has none, and the host logs the
	 *          reason.
	 * In:      io, account: valid until `stop` returns.
	 * [main] */
	int32_t (*start)(const bsn_io *io, bsn_io_account *account,
			 bsn_err *err);

	/* All chains are closed and I/O ends: no callback comes any more once
	 * this returns. Not unless start answered BSN_OK. Optional. [main] */
	void (*stop)(void);
} bsn_io_user;

/* Required members, X(member). */
#define BSN_IO_USER_REQUIRED(X) X(start)

/* The I/O side of a plugin, or NULL. [any] */
static inline const bsn_io_user *
bsn_io_user_of(const bsn_plugin *plugin)
{
	if ((plugin->flags & BSN_PLUGIN_DOES_IO) == 0)
		return NULL;
	return (const bsn_io_user *)plugin->query(BSN_IO_ID);
}

#ifdef __cplusplus
}
#endif

#endif /* BSN_EXT_IO_H */
