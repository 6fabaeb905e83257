/* SPDX-License-Identifier: Apache-2.0
 *
 * The decoders of every request body of the gateway.
 */
#include <stdint.h>

#include <bsn/helpers/error.h>

#include "host/gateway/body.h"
#include "host/gateway/message_body.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
run_words(const uint8_t *data, size_t size)
{
	static const WordsUse uses[] = { WORDS_TO_PREPARE, WORDS_TO_CALL,
					 WORDS_TO_SUBMIT, WORDS_TO_DEPLOY,
					 WORDS_TO_MEMBER };

	for (gsize i = 0; i < G_N_ELEMENTS(uses); i++) {
		bsn_err err = BSN_ERR_INIT;
		Words words;

		words_decode(data, size, uses[i], &words, &err);
		words_clear(&words);
	}
}

#define RUN(type, decode, clear)                 \
	do {                                     \
		bsn_err err = BSN_ERR_INIT;      \
		type body;                       \
                                                 \
		decode(data, size, &body, &err); \
		clear(&body);                    \
	} while (0)

static void
run_submit(const uint8_t *data, size_t size)
{
	bsn_err err = BSN_ERR_INIT;
	SubmitBody body;

	submit_body_decode(data, size, 100, &body, &err);
	submit_body_clear(&body);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	RUN(ChainBody, chain_body_decode, chain_body_clear);
	RUN(JoinBody, join_body_decode, join_body_clear);
	RUN(TrustBody, trust_body_decode, trust_body_clear);
	RUN(TicketBody, ticket_body_decode, ticket_body_clear);
	RUN(StateBody, state_body_decode, state_body_clear);
	RUN(KeyBody, key_body_decode, key_body_clear);
	RUN(KeyChangeBody, key_change_body_decode, key_change_body_clear);
	RUN(NodeKeyBody, node_key_body_decode, node_key_body_clear);
	RUN(SnapshotBody, snapshot_body_decode, snapshot_body_clear);
	RUN(SnapshotJoinBody, snapshot_join_body_decode,
	    snapshot_join_body_clear);
	RUN(CheckBody, check_body_decode, check_body_clear);
	RUN(CompileBody, compile_body_decode, compile_body_clear);
	RUN(SignBody, sign_body_decode, sign_body_clear);
	RUN(MessageBody, message_body_decode, message_body_clear);
	RUN(AnswerBody, answer_body_decode, answer_body_clear);
	RUN(TopicBody, topic_body_decode, topic_body_clear);
	run_words(data, size);
	run_submit(data, size);
	return 0;
}
