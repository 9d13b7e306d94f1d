// SPDX-License-Identifier: Apache-2.0

// Verifies chains. Each line of standard input names two files: the trusted certificates, and a
// certificate with those above it. For each a line tells the error, or "ok".
package main

import (
	"bufio"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"
)

var pools = map[string]*x509.CertPool{}

// Each of a file; one that Go cannot parse is an error if it is the first, and else ignored.
func read(path string) (certificates []*x509.Certificate, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err == nil {
			certificates = append(certificates, certificate)
		} else if len(certificates) == 0 {
			return nil, err
		}
	}
	if len(certificates) == 0 {
		return nil, errors.New("no certificate")
	}
	return certificates, nil
}

func pool(path string) (*x509.CertPool, error) {
	if made := pools[path]; made != nil {
		return made, nil
	}
	certificates, err := read(path)
	made := x509.NewCertPool()
	for _, certificate := range certificates {
		made.AddCert(certificate)
	}
	if err == nil {
		pools[path] = made
	}
	return made, err
}

func verify(trusted, chain string) error {
	roots, err := pool(trusted)
	if err != nil {
		return fmt.Errorf("trusted: %w", err)
	}
	certificates, err := read(chain)
	if err != nil {
		return err
	}
	others := x509.NewCertPool()
	for _, certificate := range certificates[1:] {
		others.AddCert(certificate)
	}
	_, err = certificates[0].Verify(x509.VerifyOptions{
		Roots:         roots,
		Intermediates: others,
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	return err
}

func main() {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		trusted, chain, _ := strings.Cut(lines.Text(), " ")
		if err := verify(trusted, chain); err != nil {
			fmt.Println(strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Println("ok")
		}
	}
}
