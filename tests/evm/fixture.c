/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/evm/fixture.h"

#include <string.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fake-host.h"

Fixture *
fixture_new(void)
{
	Fixture *fixture = g_new0(Fixture, 1);
	guint8 balance[32] = { 0 };

	fake_host_load("crypto-std.so");
	fake_host_load("crypto-gm.so");
	fixture->evm = bsn_runtime_of(fake_host_load("runtime-evm.so"));
	fixture->world = world_new(
		bsn_host_crypto(fake_host())->hash("keccak-256"));
	memset(fixture->caller, CALLER_BYTE, 20);
	memset(fixture->contract, CONTRACT_BYTE, 20);
	memset(fixture->other, OTHER_BYTE, 20);
	memset(fixture->proposer, PROPOSER_BYTE, 20);
	memset(balance + 24, 0xff, 8);
	world_put_account(fixture->world, fixture->caller, 7, balance,
			  (bsn_slice){ NULL, 0 });
	fixture->block = (bsn_block_env){
		.size = sizeof(bsn_block_env),
		.number = 1000,
		.time_ms = 1700000000999,
		.budget = 30000000,
		.chain_id = 4321,
		.proposer = { fixture->proposer, 20 },
		.hash = "keccak-256",
	};
	fixture->call = (bsn_call){
		.size = sizeof(bsn_call),
		.kind = BSN_CALL_INVOKE,
		.block = &fixture->block,
		.origin = { fixture->caller, 20 },
		.caller = { fixture->caller, 20 },
		.contract = { fixture->contract, 20 },
		.value = { fixture->value, 32 },
		.price = { fixture->price, 32 },
		.budget = PLENTY_OF_GAS,
	};
	fixture->err.size = sizeof(fixture->err);
	fixture->machine = fixture->evm->machine_new();
	return fixture;
}

void
fixture_free(Fixture *fixture)
{
	if (fixture == NULL)
		return;
	fixture->evm->machine_free(fixture->machine);
	world_free(fixture->world);
	g_free(fixture);
}

GByteArray *
bytes_of_hex(const char *hex)
{
	GByteArray *bytes = g_byte_array_new();

	g_assert_true(hex_decode(hex, strlen(hex), bytes));
	return bytes;
}

void
fixture_put_code(Fixture *fixture, guint8 byte, const char *hex)
{
	g_autoptr(GByteArray) code = bytes_of_hex(hex);
	const guint8 balance[32] = { 0 };
	guint8 address[20];

	memset(address, byte, sizeof(address));
	world_put_account(fixture->world, address, 1, balance,
			  buffer_slice(code));
}

void
fixture_execute(Fixture *fixture)
{
	fixture->world->changes = 0;
	fixture->world->outcomes = 0;
	g_assert_cmpint(fixture->evm->execute_on(
				fixture->machine, &fixture->call,
				&fixture->world->state, &fixture->err),
			==, BSN_OK);
	g_assert_cmpuint(fixture->world->outcomes, ==, 1);
}

int32_t
fixture_run(Fixture *fixture, const char *hex)
{
	fixture_put_code(fixture, CONTRACT_BYTE, hex);
	fixture_execute(fixture);
	return fixture->world->status;
}

char *
fixture_output(const Fixture *fixture)
{
	g_autofree char *hex = hex_encode(buffer_slice(fixture->world->output));

	return g_strdup(hex + 2);
}
