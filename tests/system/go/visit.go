// SPDX-License-Identifier: Apache-2.0

// Connects to HOST:PORT by TLS, with the trust store that programs in Go have by default.
package main

import (
	"crypto/tls"
	"fmt"
	"os"
)

func main() {
	connection, err := tls.Dial("tcp", os.Args[1], nil)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	connection.Close()
}
