/* SPDX-License-Identifier: Apache-2.0
 *
 * host/peer/link.h: one connection to another host, from its first byte to its
 * last: TLS, the handshake inside, frames. Main loop; what the handshake has to
 * compute is done on a strand.
 */
#ifndef HOST_PEER_LINK_H
#define HOST_PEER_LINK_H

#include <event2/event.h>

#include "host/loop.h"
#include "host/peer/credential.h"
#include "host/peer/error.h"
#include "host/peer/frame.h"
#include "host/peer/tls.h"

typedef struct Link Link;

/* Whom a link tells. Each callback may close the link; none may free it. */
typedef struct {
	/* The other side is who it says: link_host. */
	void (*known)(void *owner, Link *link);
	/* A frame of a known host; takes the payload. Not before link_resume
	 * once link_pause was called. */
	void (*frame)(void *owner, Link *link, FrameType type,
		      const guint8 *chain, GBytes *payload);
	/* Less than LINK_OUTPUT_LOW waits to be sent. */
	void (*drained)(void *owner, Link *link);
	/* It is over, and why; the link is freed afterwards. */
	void (*over)(void *owner, Link *link, const GError *why);
} LinkEvents;

/* What waits in one link's buffer, beside its queues: bytes. */
#define LINK_OUTPUT_LOW (128u << 10)

/* What links work with; all of it outlives them, and the credential may be
 * replaced. */
typedef struct {
	Loop *loop;
	Strand *strand; /* where handshakes are computed */
	const PeerTls *tls;
	PeerCredential *credential;
	const LinkEvents *events;
	void *owner;
	guint handshake_timeout_s;
	guint keepalive_s; /* of silence, after which a sign of life is asked */
} LinkDeps;

/* A connection that came in; takes `fd`. NULL when there is no memory. */
Link *link_accept(const LinkDeps *deps, evutil_socket_t fd,
		  const struct sockaddr *address, int len);
/* A connection to an address. NULL when there is no memory. */
Link *link_dial(const LinkDeps *deps, const struct sockaddr *address, int len);
/* Drops it at once and frees it; `over` is not called. The loop must run once
 * more afterwards. */
void link_free(Link *link);

/* Tells the other side why, and ends the link: `over` comes from the loop. */
void link_close(Link *link, PeerError code, const char *sentence);
/* Queues a frame, for a known host. */
void link_send(Link *link, FrameType type, const guint8 *chain, GBytes *payload);
/* Frames are not read until it is resumed. */
void link_pause(Link *link);
void link_resume(Link *link);

/* Bytes that wait to be sent. */
gsize link_output(const Link *link);
/* Ends who takes too long to shake hands, is silent, or takes nothing; asks the
 * silent for a sign of life. `now` is monotonic, us. */
void link_tick(Link *link, gint64 now);

/* It is known, and nobody has begun to close it. */
gboolean link_is_open(const Link *link);
PeerSide link_side(const Link *link);
/* The exporter value of its TLS session; once it is known. */
const guint8 *link_exporter(const Link *link);
/* NULL until it is known. */
const PeerHost *link_host(const Link *link);
/* "192.0.2.1:8400" */
const char *link_address(const Link *link);
/* As peer_rule_address has it. */
const guint8 *link_address_bytes(const Link *link);
gint64 link_since(const Link *link); /* monotonic, us: known, or begun */
/* Bytes inside TLS. */
guint64 link_received(const Link *link);
guint64 link_sent(const Link *link);

/* What the owner hangs on it. */
void link_set_data(Link *link, void *data);
void *link_data(const Link *link);

#endif
