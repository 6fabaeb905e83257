/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/peer-fixture.h: whole hosts in one process, each with its loop,
 * workers, store, chains and connections, on 127.0.0.1; and an engine that
 * tells what it hears.
 */
#ifndef TESTS_UNIT_PEER_FIXTURE_H
#define TESTS_UNIT_PEER_FIXTURE_H

#include "host/chain/table.h"
#include "host/peer/peers.h"
#include "tests/unit/peer-files.h"

/* Every wait of a test ends in success within so many seconds or fails it. */
#define DEADLINE_S 30

extern PeerFiles *peer_files;

typedef struct {
	const char *name; /* of its files */
	char *directory;
	Config config;
	Loop *loop;
	Workers *workers;
	Store *store;
	Keystore *keystore;
	Peers *peers;
	ChainTable *chains;
	GThread *thread; /* runs the loop */
	guint16 port;
} Host;

/* Starts a host with the certificate of that name; `adjust` may be NULL. A host
 * of the same name has the same node key again. Its address is `port`, 0 for
 * any. */
Host *host_start(const char *name, guint16 port, void (*adjust)(Config *));
void host_stop(Host *host);
/* "127.0.0.1:4711"; interned. */
const char *host_address(const Host *host);

/* Runs on the host's loop, and waits until it has. */
void host_on_loop(Host *host, void (*run)(Host *host, gpointer data),
		  gpointer data);

/* A chain: the same name is the same chain on all hosts. */
void host_make_chain(Host *host, const char *chain);
void host_close_chain(Host *host, const char *chain);
void host_open_chain(Host *host, const char *chain);
/* Names the members of a chain as its engine: NULL-ended. Those whose bit is
 * set in `addresses` (1 << position) by their addresses, too. */
int32_t host_set_members(Host *host, const char *chain, Host *const *members,
			 guint addresses);
/* As the chain's engine. */
int32_t host_send(Host *from, const char *chain, const Host *to,
		  const char *text);
int32_t host_send_bytes(Host *from, const char *chain, const Host *to,
			GBytes *bytes);
int32_t host_broadcast(Host *from, const char *chain, const char *text);

/* ---- the engine (peer-engine.c) ---- */

/* The next that the chain's engine hears: "p256: hello", "p256 is reachable",
 * "p256 is gone"; fails the test after DEADLINE_S. For g_free. */
char *host_hear(Host *host, const char *chain);
void host_expect(Host *host, const char *chain, const char *text);
/* Hears until then, whatever else comes. */
void host_await(Host *host, const char *chain, const char *text);
/* Nothing has been heard that the test has not asked for. */
void host_expect_nothing(Host *host, const char *chain);
/* Forgets what all engines have heard. */
void peer_forget_heard(void);
/* The engine stands still within the next message until it is let go. */
void host_stall(Host *host, const char *chain);
void host_let_go(Host *host, const char *chain);

/* ---- programs of tests ---- */

typedef struct {
	const char *name; /* "PATH/name" */
	void (*run)(void);
	void (*adjust)(Config *); /* for `around`; may be NULL */
} PeerTest;

/* main: makes peer_files and runs the tests, each by `around`, which calls its
 * `run` (NULL: that alone). What one has left to be heard is not of the
 * next. */
int peer_tests_main(int argc, char **argv, const char *path,
		    const PeerTest *tests, gsize n,
		    void (*around)(const PeerTest *test));

/* Node keys, by the name of a host. */
void peer_key_of(const char *name, guint8 public_key[64]);
const char *peer_name_of_key(bsn_slice public_key);

#endif
