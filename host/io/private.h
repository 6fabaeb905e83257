/* SPDX-License-Identifier: Apache-2.0
 *
 * host/io/private.h: what the files of host/io share.
 */
#ifndef HOST_IO_PRIVATE_H
#define HOST_IO_PRIVATE_H

#include <event2/bufferevent.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "host/io/io.h"
#include "host/io/rate.h"

/* Listeners and timers of one plugin. */
#define IO_LISTENERS_MAX 64u
#define IO_TIMERS_MAX 4096u

struct IoService {
	Loop *loop;
	IoConfig config;
	GPtrArray *accounts; /* bsn_io_account */
};

struct bsn_io_account {
	IoService *service;
	const bsn_plugin *plugin;
	const bsn_io_user *user;
	char *directory; /* of its Unix sockets and children */
	GQueue listeners, streams, timers, authorities, children;
	GHashTable *starts; /* name of children -> IoStarts */
	guint64 accepted, refused, connected, received, sent;
	guint64 child_starts, child_restarts, child_ends;
	IoRate refusals;
	char *missing; /* what a child last was without; NULL: nothing */
};

const char *io_account_name(const bsn_io_account *account);
struct event_base *io_account_base(const bsn_io_account *account);
/* A refused connection, logged at a bounded rate. */
void io_account_refuse(bsn_io_account *account, const char *peer,
		       const char *reason);

/* ---- where: address.c ---- */

typedef struct {
	struct sockaddr_storage bytes;
	socklen_t len;
	char text[BSN_IO_ADDRESS_MAX]; /* "unix:/PATH", "127.0.0.1:7052" */
	char host[INET6_ADDRSTRLEN];   /* numeric; empty: Unix */
} IoAddress;

/* What `where` means for this plugin, if it may. */
int32_t io_address_of(const bsn_io_account *account, const char *where,
		      gboolean listening, IoAddress *out, bsn_err *err);
/* Of a connected socket's other side. */
void io_address_of_peer(int fd, char text[BSN_IO_ADDRESS_MAX]);

/* ---- TLS: tls.c ---- */

typedef struct {
	SSL_CTX *context; /* NULL: in clear */
	char *alpn, *name;
	gint refs;
} IoTls;

/* NULL: wrong, see err; for tls NULL one that is in clear. `host`: connecting,
 * the name if tls has none. */
IoTls *io_tls_new(const bsn_io_tls *tls, gboolean listening, const char *host,
		  bsn_err *err);
IoTls *io_tls_ref(IoTls *tls);
void io_tls_unref(IoTls *tls);
/* A connection's; NULL: out of memory. */
SSL *io_tls_begin(const IoTls *tls);
/* Why hands were not shaken, or NULL. */
const char *io_tls_failure(const SSL *ssl, unsigned long code);
/* Whether what was agreed on is what was wanted; the reason, or NULL. */
const char *io_tls_judge(const IoTls *tls, const SSL *ssl);

/* ---- connections: stream.c ---- */

/* Times with their defaults. */
bsn_io_times io_times_of(const bsn_io_times *times);

/* One that was accepted, and belongs to its listener until hands are shaken. */
void io_stream_accept(bsn_io_listener *listener, int fd);
bsn_io_stream *io_stream_connect(bsn_io_account *account,
				 const IoAddress *address, IoTls *tls,
				 const bsn_io_times *times,
				 bsn_io_events *events);
int32_t io_stream_write(bsn_io_stream *stream, bsn_slice bytes);
guint64 io_stream_room(bsn_io_stream *stream);
void io_stream_receive(bsn_io_stream *stream, guint32 on);
void io_stream_finish(bsn_io_stream *stream);
void io_stream_close(bsn_io_stream *stream);
/* Ends it; `closed` comes if somebody is told. */
void io_stream_end(bsn_io_stream *stream, int32_t status, const char *reason);
/* Ends it; nobody is told. */
void io_stream_drop(bsn_io_stream *stream);

/* ---- listeners: listener.c ---- */

struct bsn_io_listener {
	GList link;
	bsn_io_account *account;
	bsn_io_acceptor *acceptor; /* NULL: closed */
	bsn_io_child *child;       /* whose door it is; NULL: nobody's */
	IoTls *tls;
	bsn_io_times times;
	struct evconnlistener *socket;
	char *path;     /* of a Unix socket */
	GQueue streams; /* of a door: all; else those that shake hands */
};

int32_t io_listen(bsn_io_account *account, const char *where,
		  const bsn_io_tls *tls, const bsn_io_times *times,
		  bsn_io_acceptor *acceptor, bsn_io_listener **listener,
		  bsn_sink *address, bsn_err *err);
/* On a socket that listens already; takes socket and tls. */
bsn_io_listener *io_listen_on(bsn_io_account *account, int fd, IoTls *tls,
			      const bsn_io_times *times,
			      bsn_io_acceptor *acceptor);
void io_listener_close(bsn_io_listener *listener);
/* Its connections end, and are told so. */
void io_listener_end_all(bsn_io_listener *listener, const char *reason);

/* ---- authorities, timers, children, strands ---- */

int32_t io_authority_new(bsn_io_account *account, const char *name,
			 bsn_io_authority **authority, bsn_err *err);
int32_t io_authority_certificate(bsn_io_authority *authority,
				 bsn_sink *certificate, bsn_err *err);
int32_t io_authority_issue(bsn_io_authority *authority, const char *name,
			   const char *const *hosts, bsn_sink *certificate,
			   bsn_sink *key, bsn_err *err);
void io_authority_free(bsn_io_authority *authority);

bsn_io_timer *io_timer_new(bsn_io_account *account, bsn_io_alarm *alarm);
void io_timer_set(bsn_io_timer *timer, guint64 delay_ms);
void io_timer_stop(bsn_io_timer *timer);
void io_timer_free(bsn_io_timer *timer);

int32_t io_child_start(bsn_io_account *account, const bsn_io_spec *spec,
		       bsn_io_parent *parent, bsn_io_child **child,
		       bsn_err *err);
void io_child_ready(bsn_io_child *child);
void io_child_kill(bsn_io_child *child);
/* Kills it, waits for its end; nobody is told. */
void io_child_drop(bsn_io_child *child);
void io_child_tell(const bsn_io_child *child, IoChildStatus *status);

bsn_chain *io_chain_here(void);
int32_t io_strand_keep(bsn_io_account *account, bsn_chain *chain,
		       bsn_io_resident *resident, bsn_io_strand **strand,
		       bsn_err *err);
void io_on_strand(bsn_io_strand *strand, bsn_io_job *job);
void io_strand_free(bsn_io_strand *strand);
void io_on_main(bsn_io_account *account, bsn_io_job *job);

extern const bsn_io io_table;

#endif
