#!/bin/sh
# Measure what package managers leave in their caches, for dfopt/knowledge/data/caches.json.
#
#     bench/catalogue/caches.sh
#
# Runs real installations of npm, Go and Maven in a fresh folder with caches of their own, and prints
# manager, bytes (du -sb) and command. Needs the managers and their registries.
set -eu
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT

measure() { printf '%s\t%s\t%s\n' "$1" "$(du -sb "$2" | cut -f1)" "$3"; }

fresh() { mkdir -p "$work/$1" && cd "$work/$1"; }

for packages in "express" "typescript eslint webpack"; do
    fresh "npm-${packages%% *}"
    echo '{"name": "measured", "version": "1.0.0"}' >package.json
    # shellcheck disable=SC2086
    npm install --cache "$work/npm-${packages%% *}-cache" $packages >/dev/null
    measure npm "$work/npm-${packages%% *}-cache" "npm install $packages"
done

fresh go
cat >main.go <<'GO'
package main

import "github.com/gin-gonic/gin"

func main() { _ = gin.Default().Run() }
GO
export GOMODCACHE="$work/go-modules" GOCACHE="$work/go-build"
go mod init measured >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go build -o server .
measure "go modules" "$GOMODCACHE" "go build of a server with github.com/gin-gonic/gin"
measure "go build" "$GOCACHE" "go build of a server with github.com/gin-gonic/gin"

fresh maven
mvn -q -B archetype:generate -Dmaven.repo.local="$work/maven-tools" -DgroupId=a.b -DartifactId=measured \
    -DarchetypeArtifactId=maven-archetype-quickstart -DarchetypeVersion=1.4 -DinteractiveMode=false >/dev/null
cd measured
mvn -q -B -DskipTests -Dmaven.repo.local="$work/maven" package >/dev/null
measure maven "$work/maven" "mvn package of maven-archetype-quickstart 1.4"
