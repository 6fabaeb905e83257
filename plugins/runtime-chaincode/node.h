/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-chaincode/node.h: how a package of type "node" is started.
 *
 * Fabric runs `npm start`. There is no npm here, so what it would run is looked
 * up in package.json, "scripts": {"start": ...}:
 *   fabric-chaincode-node start [ARGUMENT...]
 *                   the program of fabric-shim, out of the package's own
 *                   node_modules, else out of the host's
 *   node FILE [ARGUMENT...]
 *   (nothing)       node server.js, as npm has it, if there is that file
 * Words are separated by blanks; what only a shell can read is an error.
 *
 * All functions: [any].
 */
#ifndef RUNTIME_CHAINCODE_NODE_H
#define RUNTIME_CHAINCODE_NODE_H

#include <bsn/ext/io.h>

#include "plugins/chaincode/package.h"

/* The part of the code that a program is. */
#define NODE_SOURCE "src/"

/* What is found in a package. */
typedef struct {
	GArray *files;	 /* of bsn_io_file, without NODE_SOURCE */
	GPtrArray *argv; /* of texts that it owns, ended by NULL; without the
			  * arguments that say where the peer is */
	char *main;	 /* package.json's, or NULL */
} NodeProgram;

/* In:     node_path: where fabric-shim is, if not in the package.
 * Errors: BSN_BAD_REQUEST, BSN_TOO_LARGE. */
int32_t node_program_read(const ChaincodePackage *package,
			  const char *node_path, NodeProgram **program,
			  bsn_err *err);
/* NULL: there is no such file. */
const bsn_io_file *node_program_find(const NodeProgram *program,
				     const char *path);
/* Takes the data. */
void node_program_add(NodeProgram *program, const char *path, char *data);
void node_program_free(NodeProgram *program);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NodeProgram, node_program_free)

#endif
