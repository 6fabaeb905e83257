/* SPDX-License-Identifier: Apache-2.0
 *
 * The work of all final blocks, so that it need not be added up at each start: key
 * BSN_CONSENSUS_BYTE 'w', the id of a final block after its length (1 byte), and 32
 * bytes. It may be behind the root by what a crash has taken, and is caught up.
 */
#include "plugins/consensus-pow/private.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"

static const guint8 key[] = { BSN_CONSENSUS_BYTE, 'w' };

static gboolean
read_stored(Pow *pow, bsn_id *id, Target *work)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	BufferSink sink = buffer_sink(value, 256);
	Wire wire;
	bsn_slice bytes;

	if (services.store->get(pow->chain, bsn_slice_of(key, sizeof(key)),
				&sink.sink, NULL) != BSN_OK)
		return FALSE;
	wire = wire_of(buffer_slice(value));
	*id = wire_id(&wire, 1);
	bytes = wire_bytes(&wire, TARGET_BYTES);
	if (!wire_end(&wire))
		return FALSE;
	target_from_bytes(bytes.data, work);
	return TRUE;
}

/* Where another protocol was before, work begins. */
Target
record_read(Pow *pow, const PowBlock *root)
{
	bsn_tree_block block = { .size = sizeof(block) };
	Target sum = { { 0 } }, stored = { { 0 } }, target;
	bsn_id known = { 0 }, id = root->id;

	(void)read_stored(pow, &known, &stored);
	while (!id_equal(&id, &known) &&
	       pow->tree->block(pow->proposer, &id, &block) == BSN_OK &&
	       target_from_bits(block.seal.target_bits, &target)) {
		const Target work = target_work(&target);

		sum = target_add(sum, &work);
		id = block.parent;
	}
	return id_equal(&id, &known) ? target_add(sum, &stored) : sum;
}

/* One that the store refuses is caught up. */
void
record_write(Pow *pow)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	guint8 bytes[TARGET_BYTES];
	bsn_write write = { .size = sizeof(write),
			    .op = BSN_WRITE_PUT,
			    .key = bsn_slice_of(key, sizeof(key)) };

	target_to_bytes(&pow->root->work, bytes);
	wire_put_id(value, &pow->root->id);
	wire_put_bytes(value, bsn_slice_of(bytes, sizeof(bytes)));
	write.value = buffer_slice(value);
	(void)services.store->commit(pow->chain, &write, 1, 0, NULL);
}
