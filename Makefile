# Everything people do with Tesela. `make help` lists it.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
BIN := .venv/bin
RUN ?= build/$(if $(QUICK),rehearsal,training)
BASELINE ?= $(RUN)/baseline
ABLATION ?= $(RUN)/ablation
OUT ?= $(if $(QUICK),build/rehearsal,lambda_image)/model
UV_COMPILE := $(BIN)/uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml
SCENES := lambda_image/requirements-scenes.in
export PYTHONPATH := lambda_image:.
export PYTHONDONTWRITEBYTECODE := 1

.DEFAULT_GOAL := help

.PHONY: help
help: ## List these targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- Run

.PHONY: run
run: .venv/run ## Start everything on this machine: page on PAGE_PORT (8080), function URL on API_PORT (8081)
	@$(BIN)/python -m scripts.local run

.PHONY: scene
scene: .venv/run ## Segment a whole scene here, or by a service (API=https://... TOKEN=...): FILE=scene.tif or FILES="1.tif ... 8.tif" of a band each, OUT=folder (build/scenes), BANDS=order, SCORES=1; run again to resume
	@$(BIN)/python -m scripts.process_scene $(if $(FILES),$(FILES),"$(FILE)") --out "$(if $(filter file,$(origin OUT)),build/scenes,$(OUT))" \
		$(if $(filter command,$(firstword $(origin API))),--api "$(API)") \
		$(if $(BANDS),--bands "$(BANDS)") $(if $(SCORES),--scores) $(if $(WORKERS),--workers $(WORKERS))

.PHONY: corrections
corrections: .venv/run ## Fetch what people corrected into a folder that make train reads: API=https://... OUT=DATA/corrections (TOKEN)
	@$(BIN)/python -m scripts.training.data.corrections --api "$(API)" --out "$(OUT)"

.PHONY: reconcile
reconcile: .venv/run ## Let the rows follow the objects, delete what interruptions left; AWS=1: of the deployed stack
	@$(BIN)/python -m scripts.$(if $(AWS),deploy,local) reconcile

.PHONY: clean-data
clean-data: .venv/run ## Remove what `make run` keeps in .tesela/
	@$(BIN)/python -m scripts.local clean

# --- Test

.PHONY: test
test: .venv/test ## Run the tests: real PostgreSQL, moto S3, the Lambda runtime client, Chromium
	$(BIN)/python -m pytest $(TESTS)

.PHONY: test-page
test-page: .venv/test ## Run the page's tests alone: node, and Chromium on the running stack
	$(BIN)/python -m pytest tests/page

.PHONY: test-hostile
test-hostile: .venv/test ## Send every hostile TIFF to a running stack: time, memory, log, what stays behind
	$(BIN)/python -m pytest tests/hostile/test_hostile.py tests/hostile/check_stack.py

.PHONY: test-urls
test-urls: .venv/test ## Open results of 160 and 2048 px by URL: rasterio, GDAL's programs, geopandas, rio cogeo (a minute)
	$(BIN)/python -m pytest -rs tests/api/test_urls.py tests/api/check_urls.py

.PHONY: test-tflite
test-tflite: .venv/test .venv-tflite/ready ## Compare tflite-runtime's masks with LiteRT's (needs python3.11)
	$(BIN)/python -m pytest -k tflite tests/scripts/benchmark

.PHONY: test-image
test-image: .venv/test ## Build the container image without a registry, check and run it (Debian, root, buildah, podman)
	$(BIN)/python -m pytest tests/image/check_image.py

.PHONY: test-terraform
test-terraform: .venv/test .venv-checkov/ready ## Check the Terraform module: format, validity, its own tests, checkov
	$(BIN)/python -m pytest tests/terraform/check_module.py

.PHONY: test-schema
test-schema: .venv/test .venv-schemathesis/ready ## Compare answers with /openapi.json by schemathesis: EXAMPLES=100 per operation, MAX_SECONDS
	EXAMPLES="$(EXAMPLES)" MAX_SECONDS="$(MAX_SECONDS)" $(BIN)/python -m pytest tests/schema/check_schema.py

.PHONY: test-stack
test-stack: .venv/test ## Apply the Terraform module to moto: use, change and destroy it, beside a second stack (needs terraform; minutes)
	$(BIN)/python -m pytest tests/terraform/stack/check_*.py

.PHONY: test-deploy
test-deploy: .venv/test ## Run make deploy against moto: killed, resumed, rolled back, destroyed (needs terraform; minutes)
	$(BIN)/python -m pytest tests/deploy/check_*.py

.PHONY: test-faults
test-faults: .venv/test ## Kill, stop, starve and race the parts of a stack of its own; prints tables (Linux, minutes)
	$(BIN)/python -m pytest tests/faults/check_faults.py

.PHONY: test-training
test-training: .venv-train/ready ## Run the tests of the training recipe, which need TensorFlow
	.venv-train/bin/python -m pytest tests/scripts/training

.PHONY: check
check: .venv/test ## Lint, format and types; writes nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

.PHONY: check-page
check-page: tests/page/node_modules/.ready ## Lint and types of the page, and axe for its tests (needs Node.js 20)
	npm run -s check --prefix tests/page

.PHONY: fix
fix: .venv/test ## Mend what lint and format can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: bench
bench: .venv/run ## Time requests, sizes, load, cold starts, engines and peers, into scripts/benchmark/README.md (6 minutes); TABLES="requests sizes"
	@$(MAKE) -s .venv-bench/ready || echo "Peers are skipped: their packages cannot be installed."
	$(BIN)/python -m scripts.benchmark $(TABLES)

.PHONY: bench-scenes
bench-scenes: .venv/run ## Time whole scenes stage by stage, with memory and sizes: KM2="1 10 100 1000", KEEP=1 for make cost, DROP=1 to delete each scene after its turn
	$(BIN)/python -m scripts.benchmark.scenes $(if $(KM2),--km2 $(KM2)) $(if $(KEEP),--keep) $(if $(DROP),--drop)

.PHONY: bench-soak
bench-soak: .venv/run ## Watch a worker's memory over 3,000 requests
	$(BIN)/python -m scripts.benchmark soak

.PHONY: bench-page
bench-page: .venv/test ## Measure the page: bytes and time until a reader can act, thresholds, memory over 50 images
	$(BIN)/python -m scripts.benchmark.page

# --- Deploy

.PHONY: doctor
doctor: .venv/run ## Look for what would stop a deployment: programs, permissions, limits, names
	@$(BIN)/python -m scripts.deploy doctor

.PHONY: image
image: .venv/run ## Build the functions' image with docker, podman or buildah; FRESH=1: pin the newest base image
	@$(BIN)/python -m scripts.deploy image

.PHONY: push
push: .venv/run ## Push the image of this commit to the stack's repository, made first where it is not
	@$(BIN)/python -m scripts.deploy push

.PHONY: plan
plan: .venv/run ## Show what make deploy would change in the AWS account
	@$(BIN)/python -m scripts.deploy plan

.PHONY: deploy
deploy: .venv/run ## Check the account, then create or update the stack and test it; run again after any failure
	@$(BIN)/python -m scripts.deploy deploy

.PHONY: rollback
rollback: .venv/run ## Let the version before the live one answer again, or VERSION=number
	@$(BIN)/python -m scripts.deploy rollback

.PHONY: token
token: .venv/run ## Make a bearer token, shown once: NAME=ana, SCOPE=read, write or admin, UNTIL=2027-01-31
	@$(BIN)/python -m scripts.deploy token

.PHONY: tokens
tokens: .venv/run ## List the tokens: name, scope, expiry
	@$(BIN)/python -m scripts.deploy tokens

.PHONY: revoke
revoke: .venv/run ## Take a token back: NAME=ana
	@$(BIN)/python -m scripts.deploy revoke

.PHONY: logs
logs: .venv/run ## Follow the log of the deployed function, or find one request: ID=X-Request-Id
	@$(BIN)/python -m scripts.deploy logs

.PHONY: destroy
destroy: .venv/run ## Remove the stack from the AWS account, after asking for its name; SNAPSHOT=1: last snapshot of the database
	@$(BIN)/python -m scripts.deploy destroy

.PHONY: smoke
smoke: .venv/run ## Walk a running API with a sample: API=https://... TOKEN=...
	@$(BIN)/python -m scripts.smoke

.PHONY: cost
cost: .venv/run ## Print what the stack costs: idle, by images, by whole scenes, by memory; REGION=sa-east-1: there
	@$(BIN)/python -m scripts.cost

.PHONY: cost-measured
cost-measured: .venv/run ## Measure a prediction for make cost (Linux)
	@$(BIN)/python -m scripts.cost measure

# --- Make what is committed

.PHONY: samples
samples: .venv/run ## Write the four sample scenes of the page
	$(BIN)/python -m scripts.make_scene --samples

.PHONY: page-config
page-config: .venv/run ## Write what the page must know of the service: limits, exports, order of painting
	$(BIN)/python -m scripts.page_config

.PHONY: train
train: .venv-train/ready ## Train, calibrate, quantise, evaluate (hours) on DSTL=competition's folder, DATA=mixed sources; QUICK=1 rehearses
	.venv-train/bin/python -m scripts.training --run "$(RUN)" --out "$(OUT)" \
		$(if $(EPOCHS),--epochs $(EPOCHS)) $(if $(DSTL),--dstl "$(DSTL)") $(if $(DATA),--data "$(DATA)") $(if $(QUICK),--quick) \
		$(if $(WORKERS),--workers $(WORKERS))

.PHONY: baseline
baseline: .venv-train/ready ## Train the older project's network on the scenes of RUN, as long as ours was trained
	.venv-train/bin/python -m scripts.training.train --network segnet --run "$(BASELINE)" \
		--scenes "$(RUN)/scenes" --epochs 1000 --as-long-as "$(RUN)/final" $(if $(WORKERS),--workers $(WORKERS))

.PHONY: evaluate
evaluate: .venv-train/ready ## Judge the model in OUT, made of RUN, beside BASELINE and TODAY; writes its card and RUN.html
	.venv-train/bin/python -m scripts.training.evaluate --run "$(RUN)/final" --folds "$(RUN)"/fold-* \
		--scenes "$(RUN)/scenes" --model "$(OUT)" --report "$(RUN).html" \
		$(if $(wildcard $(BASELINE)/weights.weights.h5),--baseline "$(BASELINE)") \
		$(if $(TODAY),--today "$(TODAY)") \
		$(if $(wildcard $(ABLATION)/ablation.json),--ablation "$(ABLATION)/ablation.json")
	.venv-train/bin/python -m scripts.training.benchmark --model "$(OUT)" $(if $(TODAY),--today "$(TODAY)")

.PHONY: verify
verify: .venv-train/ready ## Judge the model in OUT as it stands, without its training, on the test scenes of DSTL or DATA
	.venv-train/bin/python -m scripts.training.verify --scenes "$(RUN)/test-scenes" --model "$(OUT)" \
		$(if $(DSTL),--dstl "$(DSTL)") $(if $(DATA),--data "$(DATA)")

.PHONY: band-errors
band-errors: .venv-train/ready ## Print how far estimated bands are off on the real chips of DATA
	.venv-train/bin/python -m scripts.training.data.bands --data "$(DATA)"

.PHONY: scale-gain
scale-gain: .venv-train/ready ## Print what resampling to the model's pixel size gains the model in OUT on two chips of DATA
	.venv-train/bin/python -m scripts.training.scale --model "$(OUT)" --data "$(DATA)"

.PHONY: ablate
ablate: .venv-train/ready ## Turn one knob of the recipe at a time, on the scenes of RUN
	.venv-train/bin/python -m scripts.training.ablate --scenes "$(RUN)/scenes" --run "$(ABLATION)" \
		$(if $(WORKERS),--workers $(WORKERS))

.PHONY: lock
lock: .venv/test ## Pin every dependency with hashes
	$(UV_COMPILE) --extra litert -o lambda_image/requirements.txt
	$(UV_COMPILE) --extra tflite -o lambda_image/requirements-tflite.txt
	$(UV_COMPILE) $(SCENES) --extra litert --extra local -o scripts/requirements.txt
	$(UV_COMPILE) $(SCENES) --extra litert --extra local --extra test --extra test-scenes -o tests/requirements.txt
	$(UV_COMPILE:pyproject.toml=$(SCENES)) -c scripts/requirements.txt --no-emit-package numpy --no-emit-package certifi \
		-o lambda_image/requirements-scenes.txt
	$(UV_COMPILE) --extra litert --extra local --extra test --extra training -o scripts/training/requirements.txt
	$(UV_COMPILE:pyproject.toml=tests/terraform/requirements.in) -o tests/terraform/requirements.txt
	$(UV_COMPILE:pyproject.toml=tests/schema/requirements.in) -o tests/schema/requirements.txt
	$(UV_COMPILE:pyproject.toml=scripts/benchmark/requirements.in) -o scripts/benchmark/requirements.txt

.PHONY: picture
picture: .venv/test ## Take the pictures of the page, the README's among them
	$(BIN)/python -m scripts.picture

.PHONY: palettes
palettes: .venv/run ## Print how well the classes of each palette can be told apart, for the README
	@$(BIN)/python -m scripts.palettes

# --- Environments: remade when their lock changes

.venv/run: scripts/requirements.txt
	@test -n "$(PYTHON)" || { echo "Tesela needs Python 3.11 or later; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

.venv/test: tests/requirements.txt .venv/run
	$(BIN)/pip install --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

# No lock: package.json names exact versions, and a lock would have to list every platform's binaries.
tests/page/node_modules/.ready: tests/page/package.json
	npm install --prefix tests/page --no-package-lock --no-audit --no-fund
	@touch $@

.venv-train/ready: scripts/training/requirements.txt
	$(PYTHON) -m venv .venv-train
	.venv-train/bin/pip install --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

.venv-checkov/ready: tests/terraform/requirements.txt
	$(PYTHON) -m venv .venv-checkov
	.venv-checkov/bin/pip install --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

.venv-schemathesis/ready: tests/schema/requirements.txt
	$(PYTHON) -m venv .venv-schemathesis
	.venv-schemathesis/bin/pip install --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

.venv-bench/ready: scripts/benchmark/requirements.txt
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

.venv-tflite/ready: lambda_image/requirements-tflite.txt
	python3.11 -m venv .venv-tflite
	.venv-tflite/bin/pip install --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@
