/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/capability.h"

#include <jansson.h>
#include <string.h>

#define CAN_ALL (BSN_CAN_LOCK | BSN_CAN_PREPARE | BSN_CAN_REVERT)

static const char *
provable_fault(bsn_provable provable)
{
	if (provable.certificate > BSN_CERTIFICATE_HEADERS)
		return "there is no such kind of certificate";
	if (provable.path > BSN_PATH_MERKLE)
		return "there is no such kind of path";
	if ((provable.certificate == BSN_CERTIFICATE_NONE) !=
	    (provable.path == BSN_PATH_NONE))
		return "a thing is proven by a certificate and a path, or not "
		       "at all";
	return NULL;
}

/* Outcomes, events and the state are of transactions; and one thing vouches for
 * all that is in a block. */
static const char *
rests_on_tx(bsn_provable provable, bsn_provable tx)
{
	const char *fault = provable_fault(provable);

	if (fault == NULL && provable.certificate != BSN_CERTIFICATE_NONE &&
	    provable.certificate != tx.certificate)
		return "what a transaction did is proven by a certificate that "
		       "does not prove the transaction";
	return fault;
}

static const char *
proofs_fault(const bsn_capabilities *given)
{
	const char *fault = provable_fault(given->tx);

	if (fault == NULL)
		fault = rests_on_tx(given->outcome, given->tx);
	if (fault == NULL)
		fault = rests_on_tx(given->event, given->tx);
	if (fault == NULL)
		fault = rests_on_tx(given->state, given->tx);
	return fault;
}

const char *
capability_fault(const bsn_capabilities *given)
{
	if (given->finality != BSN_FINALITY_IMMEDIATE &&
	    given->finality != BSN_FINALITY_DEPTH)
		return "there is no such finality";
	if ((given->finality == BSN_FINALITY_DEPTH) != (given->depth > 0))
		return "finality by depth has a depth, and no other has one";
	if ((given->can & ~(guint64)CAN_ALL) != 0)
		return "it can do something that the ABI does not know";
	if (!(given->can & BSN_CAN_PREPARE) != !(given->can & BSN_CAN_REVERT))
		return "what can be prepared can be undone, and only that";
	return proofs_fault(given);
}

const char *
capability_against(const bsn_capabilities *given,
		   const bsn_consensus *protocol)
{
	const int by_depth = BSN_HAS(protocol, depth);

	if (by_depth && given->finality != BSN_FINALITY_DEPTH)
		return "the chain's protocol takes blocks to be final by their "
		       "depth";
	if (!by_depth && given->finality != BSN_FINALITY_IMMEDIATE)
		return "the chain's protocol names no depth";
	return NULL;
}

static gboolean
is_said_before(const json_t *array, size_t at)
{
	const char *word = json_string_value(json_array_get(array, at));

	for (size_t i = 0; i < at; i++)
		if (strcmp(json_string_value(json_array_get(array, i)),
			   word) == 0)
			return TRUE;
	return FALSE;
}

static const char *
words_fault(const json_t *array)
{
	if (!json_is_array(array))
		return "they are no JSON array";
	for (size_t i = 0; i < json_array_size(array); i++) {
		const json_t *word = json_array_get(array, i);

		if (json_string_length(word) == 0)
			return "one is no text";
		if (is_said_before(array, i))
			return "one is said twice";
	}
	return NULL;
}

const char *
capability_languages_fault(bsn_slice json)
{
	json_t *array;
	const char *fault;

	if (json.len == 0)
		return "none are said, not even an empty array";
	array = json_loadb((const char *)json.data, json.len, 0, NULL);
	fault = words_fault(array);
	json_decref(array);
	return fault;
}
