;; SPDX-License-Identifier: Apache-2.0
(module (import "bsn" "g" (global i32)) (memory (export "memory") 1) (func (export "f")))
