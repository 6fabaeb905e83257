/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/body.h: the bodies of requests, decoded and checked. Pure
 * functions from bytes to a structure; any thread.
 *
 * Each decoder returns BSN_OK, BSN_BAD_REQUEST or BSN_TOO_LARGE, the reason
 * beginning with the path of the wrong member. Each clear function may be
 * called on a zeroed structure and after a decoder that failed. Texts in a
 * structure live as long as it.
 */
#ifndef HOST_GATEWAY_BODY_H
#define HOST_GATEWAY_BODY_H

#include <bsn/bsn.h>
#include <glib.h>
#include <jansson.h>

#include "host/gateway/json.h"

/* Limits, in bytes. The body as a whole has its own, [gateway] body_max. */
#define BODY_NAME_MAX 255u	/* of a contract, a key, an algorithm */
#define BODY_FUNCTION_MAX 4096u /* a Solidity signature of many tuples */
#define BODY_KIND_MAX 16u
#define BODY_SIGNATURE_MAX 1024u
#define BODY_MEMBERS_MAX 1024u	/* that a chain begins with */
#define BODY_PEM_MAX 65536u	/* a CA's certificate, or a few */
#define BODY_CERTIFICATE_MAX 16384u /* a key's certificate, in PEM */
#define BODY_CAS_MAX 256u
#define BODY_FILES_MAX 4096u	/* sources of a contract */
#define BODY_BLOB_MAX (32u << 20) /* code, a transaction, a signing state */
/* Arguments or options side by side. */
#define BODY_VALUES_MAX 65536u

/* Decodes a whole body by its fields. The document is the structure's first
 * member. */
int32_t body_decode(const void *data, gsize len, const JsonField *fields,
		    gsize size, void *out, bsn_err *err);
void body_clear(const JsonField *fields, void *body);

/* POST /v1/chains */
typedef struct {
	json_t *document;
	const char *name, *framework;
	json_t *config, *members;
	GBytes *genesis;   /* NULL: it is to be made */
	char *config_text; /* "{}" when none was given */
	GPtrArray *founders; /* FoundingMember, of `members`; or NULL */
} ChainBody;
int32_t chain_body_decode(const void *data, gsize len, ChainBody *out,
			  bsn_err *err);
void chain_body_clear(ChainBody *body);

/* POST /v1/chains/join */
typedef struct {
	json_t *document;
	const char *ticket;
	const char *ca; /* PEM; NULL: the host's own CAs judge the ticket */
	gboolean trust; /* hosts of the CAs that the ticket names, on this
			 * chain */
} JoinBody;
int32_t join_body_decode(const void *data, gsize len, JoinBody *out,
			 bsn_err *err);
void join_body_clear(JoinBody *body);

/* POST /v1/chains/{c}/cas */
typedef struct {
	json_t *document;
	const char *ca; /* PEM */
} TrustBody;
int32_t trust_body_decode(const void *data, gsize len, TrustBody *out,
			  bsn_err *err);
void trust_body_clear(TrustBody *body);

/* What a join ticket's payload says (docs/gateway-api.md). */
#define TICKET_TYPE "bsn-join/1"
typedef struct {
	json_t *document;
	const char *type, *name, *framework;
	guint64 expires_ms;
	json_t *config, *nodes, *cas;
	GBytes *genesis;
	char *config_text;
} TicketBody;
int32_t ticket_body_decode(const void *data, gsize len, TicketBody *out,
			   bsn_err *err);
void ticket_body_clear(TicketBody *body);

/* PATCH /v1/chains/{c} */
typedef struct {
	json_t *document;
	const char *state; /* "open" or "closed" */
} StateBody;
int32_t state_body_decode(const void *data, gsize len, StateBody *out,
			  bsn_err *err);
void state_body_clear(StateBody *body);

/* POST /v1/ids */
typedef struct {
	json_t *document;
	const char *name, *algorithm;
	json_t *owner; /* NULL: the caller */
} KeyBody;
int32_t key_body_decode(const void *data, gsize len, KeyBody *out,
			bsn_err *err);
void key_body_clear(KeyBody *body);

/* PATCH /v1/ids/{name}: one of the four */
typedef struct {
	json_t *document;
	json_t *owner, *grant, *revoke;
	const char *certificate; /* PEM; "": none any more */
	GBytes *der;		 /* of it; NULL: none */
} KeyChangeBody;
int32_t key_change_body_decode(const void *data, gsize len, KeyChangeBody *out,
			       bsn_err *err);
void key_change_body_clear(KeyChangeBody *body);

/* PATCH /v1/node/keys/{algorithm} */
typedef struct {
	json_t *document;
	const char *certificate; /* as in KeyChangeBody */
	GBytes *der;
} NodeKeyBody;
int32_t node_key_body_decode(const void *data, gsize len, NodeKeyBody *out,
			     bsn_err *err);
void node_key_body_clear(NodeKeyBody *body);

/* The DER of a certificate in PEM. BSN_BAD_REQUEST, the reason beginning with
 * `path`. */
int32_t certificate_read(const char *pem, const char *path, GBytes **der,
			 bsn_err *err);

/* Somebody who is named in one of these: {"name", "organisation"}. */
typedef struct {
	const char *name;
	const char *organisation; /* NULL: the caller's */
} UserBody;
int32_t user_read(json_t *object, const char *path, UserBody *out,
		  bsn_err *err);

/* POST tokens */
typedef struct {
	json_t *document;
	const char *name, *role;
	guint64 expires_ms; /* 0: never */
} TokenBody;
int32_t token_body_decode(const void *data, gsize len, TokenBody *out,
			  bsn_err *err);
void token_body_clear(TokenBody *body);

/* POST snapshots */
typedef struct {
	json_t *document;
	guint64 height; /* 0: now */
	gboolean here_only;
} SnapshotBody;
int32_t snapshot_body_decode(const void *data, gsize len, SnapshotBody *out,
			     bsn_err *err);
void snapshot_body_clear(SnapshotBody *body);

/* POST snapshots/join */
typedef struct {
	json_t *document;
	GBytes *hash; /* NULL: any that enough nodes vouch for */
} SnapshotJoinBody;
int32_t snapshot_join_body_decode(const void *data, gsize len,
				  SnapshotJoinBody *out, bsn_err *err);
void snapshot_join_body_clear(SnapshotJoinBody *body);

/* POST contracts/check */
typedef struct {
	json_t *document;
	GBytes *code;
	json_t *options;
	char *options_text; /* "{}" when none were given */
} CheckBody;
int32_t check_body_decode(const void *data, gsize len, CheckBody *out,
			  bsn_err *err);
void check_body_clear(CheckBody *body);

/* POST contracts/compile */
typedef struct {
	json_t *document;
	const char *language;
	json_t *files, *options;
	char *text; /* all of it, as an engine takes it */
} CompileBody;
int32_t compile_body_decode(const void *data, gsize len, CompileBody *out,
			    bsn_err *err);
void compile_body_clear(CompileBody *body);

/* POST txs/sign: a round, with its signature or with who is to make it. */
typedef struct {
	json_t *document;
	GBytes *state, *signature, *message;
	const char *convention, *signer; /* NULL beside a signature */
	guint32 sign_convention;	 /* BSN_SIGN_* of `convention` */
} SignBody;
int32_t sign_body_decode(const void *data, gsize len, SignBody *out,
			 bsn_err *err);
void sign_body_clear(SignBody *body);

/* A request in uniform words. */
typedef struct {
	json_t *document;
	const char *kind, *contract, *function, *signer;
	json_t *args, *options;
	GBytes *code, *public_key;
	const char *certificate; /* PEM, of public_key */
	GBytes *certificate_der;
	guint32 tx_kind;		/* BSN_TX_* of `kind` */
	char *args_text, *options_text; /* JSON text; NULL for none */
} Words;
void words_clear(Words *words);

/* What a request in uniform words is for. */
typedef enum {
	WORDS_TO_PREPARE, /* names signer or public_key */
	WORDS_TO_CALL,	  /* kind invoke; may name either */
	WORDS_TO_SUBMIT,  /* names signer */
	WORDS_TO_DEPLOY,  /* as WORDS_TO_SUBMIT, kind deploy */
	WORDS_TO_MEMBER,  /* as WORDS_TO_SUBMIT, kind member */
} WordsUse;

/* POST txs/prepare, call, contracts */
int32_t words_decode(const void *data, gsize len, WordsUse use, Words *out,
		     bsn_err *err);

/* The same from an object that stands at `path` in a larger request. */
int32_t words_read(json_t *document, const char *path, WordsUse use, Words *out,
		   bsn_err *err);

/* POST txs: finished transactions or requests that hosted keys sign. */
typedef struct {
	json_t *document;
	gboolean batch;	 /* answered with a list, even of one */
	GPtrArray *txs;	 /* GBytes; NULL when there are requests */
	Words *requests; /* NULL when there are txs */
	guint count;	 /* of either */
} SubmitBody;
int32_t submit_body_decode(const void *data, gsize len, guint batch_max,
			   SubmitBody *out, bsn_err *err);
void submit_body_clear(SubmitBody *body);

#endif
