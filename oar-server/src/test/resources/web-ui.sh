#!/bin/sh
# Draws, paints, watches and interrupts by the API of the Stable Diffusion web UI with nothing but curl.
# Arguments: the server's address, and an empty folder to work in.
set -eu
address=$1/sdapi/v1
work=$2

fail() {
    echo "web-ui.sh: $1" >&2
    exit 1
}

# Posts JSON from standard input; what is answered goes to a file.
post() {
    curl --silent --show-error --fail-with-body --header 'Content-Type: application/json' --data-binary @- \
        --output "$2" "$address/$1" || fail "$1 was refused: $(cat "$2")"
}

# The first text in the list of images of an answer.
first_image() {
    sed 's/.*"images":\["\([^"]*\)".*/\1/' "$1"
}

echo '{"prompt": "cats", "seed": 5, "steps": 8, "cfg_scale": 2}' | post txt2img "$work/drawn.json"
first_image "$work/drawn.json" >"$work/drawn.base64"
base64 --decode "$work/drawn.base64" >"$work/drawn.png"
[ "$(head -c 4 "$work/drawn.png" | tail -c 3)" = PNG ] || fail "txt2img drew no PNG"

printf '{"image": "%s"}' "$(cat "$work/drawn.base64")" | post png-info "$work/info.json"
grep -q '"seed":"5"' "$work/info.json" || fail "png-info does not tell the seed"
grep -q '"steps":"8"' "$work/info.json" || fail "png-info does not tell the steps"

printf '{"init_images": ["%s"], "mask": "%s", "prompt": "dogs", "seed": 6}' \
    "$(cat "$work/drawn.base64")" "$(cat "$work/mask.base64")" | post img2img "$work/painted.json"
first_image "$work/painted.json" | base64 --decode >"$work/painted.png"

printf '{"init_images": ["%s"], "denoising_strength": 0.5, "seed": 6}' "$(cat "$work/drawn.base64")" |
    post img2img "$work/varied.json"

# Much work, interrupted as soon as progress tells of it.
echo '{"prompt": "cats", "batch_size": 8, "n_iter": 8}' | post txt2img "$work/interrupted.json" &
until curl --silent --show-error --fail "$address/progress" | tee "$work/progress.json" | grep -q '"job_count":64'; do
    kill -0 $! 2>/dev/null || fail "the work was over before progress told of it"
done
echo '{}' | post interrupt "$work/interrupt.json"
wait $!
grep -q '"images":\[' "$work/interrupted.json" || fail "interrupted work does not answer with what is done"

status=$(echo '{"prompt": "cats", "stepz": 8}' | curl --silent --header 'Content-Type: application/json' --data-binary @- \
    --output "$work/refused.json" --write-out '%{http_code}' "$address/txt2img")
[ "$status" = 400 ] || fail "an unknown field was answered with $status"
grep -q "did you mean 'steps'" "$work/refused.json" || fail "an unknown field is not named"
