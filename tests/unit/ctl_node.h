/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/ctl_node.h: a node directory with a stand-in for its gateway,
 * which lets in whom the directory's CA vouches for, by signed request.
 */
#ifndef TESTS_UNIT_CTL_NODE_H
#define TESTS_UNIT_CTL_NODE_H

#include <jansson.h>

#include "identity/signed_request.h"
#include "tests/unit/tls_server.h"
#include "tools/ctl/node.h"

typedef struct CtlNode CtlNode;

/* Answers a request that was let in; on the server's thread. `body` is NULL
 * when there was none that is JSON. */
typedef void (*CtlAnswer)(CtlNode *node, struct evhttp_request *request,
			  const Identity *caller, json_t *body);

struct CtlNode {
	Node node;
	TlsServer *server;
	RequestVerifier *verifier;
	TrustStore *trust;
	CtlAnswer answer;
	gint requests; /* let in so far; atomic */
	void *user;
};

/* Makes identities admin (SM2) and app1 (P-256), and serves. */
CtlNode *ctl_node_start(CtlAnswer answer, void *user);
void ctl_node_stop(CtlNode *node);

/* How a run of bsnctl ended. */
typedef struct {
	int exit_code;
	char *out, *err;
} CtlRun;
void ctl_run_clear(CtlRun *run);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CtlRun, ctl_run_clear)

/* Runs the program that was built with these words, against the node (NULL:
 * none). */
CtlRun ctl_run(const CtlNode *node, const char *const *words);
#define CTL_RUN(node, ...) \
	ctl_run(node, (const char *const[]){ __VA_ARGS__, NULL })

/* Ends the test when `text` lacks `part`. */
void ctl_assert_has(const char *text, const char *part);

#endif
