variable "name" {
  description = "Name of the stack, unique in its region of the account: prefix of every resource, and the value of the tag Project."
  type        = string
  default     = "tesela"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "name is 3 to 20 lower-case letters, digits and hyphens, starts with a letter and does not end with a hyphen."
  }
}

variable "region" {
  description = "AWS region of everything except CloudFront."
  type        = string
  default     = "us-east-1"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is a code such as us-east-1 or sa-east-1."
  }

  validation { # otherwise the function could not verify the database's certificate
    condition     = contains(split("\n", file("${path.module}/../lambda_image/tesela/edges/certificates/regions.txt")), var.region)
    error_message = "region has no RDS root certificate in lambda_image/tesela/edges/certificates/rds.pem: run python -m scripts.vendor_certificates and commit what it writes."
  }
}

# `make deploy` makes it before the first apply and keeps it in stack.auto.tfvars.json.
variable "stack_id" {
  description = "Random id of this stack, the value of the tag StackId. The commands take over only resources that carry it."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([0-9a-f]{12})?$", var.stack_id))
    error_message = "stack_id is 12 lower-case hex digits, or empty."
  }
}

# --- The function

# Empty until there is an image. The repository comes first, with
# `terraform apply -target=aws_ecr_repository.this`; a plan of the whole stack asks for the image.
# Destroying asks for nothing.
variable "image_uri" {
  description = "Image of the functions in the stack's own repository, by digest: REPOSITORY@sha256:..."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.image_uri == "" || can(regex("^[^@[:space:]]+@sha256:[0-9a-f]{64}$", var.image_uri))
    error_message = "image_uri names a digest, REPOSITORY@sha256: and 64 hex digits: a tag could change unseen."
  }
}

variable "memory_mb" {
  description = "Memory of the api function. Lambda gives processor time with it: a core every 1769 MB; new accounts are held to 3008."
  type        = number
  default     = 3008
  nullable    = false

  validation {
    condition     = var.memory_mb >= 1024 && var.memory_mb <= 10240 && floor(var.memory_mb) == var.memory_mb
    error_message = "memory_mb is a whole number from 1024, below which large images do not fit, to 10240, Lambda's limit."
  }
}

variable "timeout_s" {
  description = "Seconds after which the api function is stopped."
  type        = number
  default     = 29
  nullable    = false

  validation {
    condition     = var.timeout_s >= 5 && var.timeout_s <= 29 && floor(var.timeout_s) == var.timeout_s
    error_message = "timeout_s is a whole number from 5 to 29: API Gateway itself gives up after 30, and the function should say why before that."
  }
}

variable "reserved_concurrency" {
  description = "Maximum number of requests that the api function handles at once, which bounds cost and database connections. -1: no bound. Unset: `make deploy` takes 10, or -1 in accounts whose own limit is too low to reserve from."
  type        = number
  default     = null

  validation {
    condition     = var.reserved_concurrency == null ? true : (var.reserved_concurrency == -1 || (var.reserved_concurrency >= 1 && var.reserved_concurrency <= 50)) && floor(var.reserved_concurrency) == var.reserved_concurrency
    error_message = "reserved_concurrency is -1, or a whole number from 1 to 50, which the smallest database's connections allow."
  }
}

# --- Whole scenes

variable "scenes_image_uri" {
  description = "Image of the stages of whole scenes in the stack's own repository, by digest; empty: no scenes."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.scenes_image_uri == "" || can(regex("^[^@[:space:]]+@sha256:[0-9a-f]{64}$", var.scenes_image_uri))
    error_message = "scenes_image_uri names a digest, REPOSITORY@sha256: and 64 hex digits: a tag could change unseen."
  }
}

variable "scene_max_km2" {
  description = "Largest scene in km²; a larger one is refused, with its estimated time and cost."
  type        = number
  default     = 1000
  nullable    = false

  validation {
    condition     = var.scene_max_km2 > 0 && var.scene_max_km2 <= 10000
    error_message = "scene_max_km2 is over 0 and at most 10000."
  }
}

variable "scene_concurrency" {
  description = "Maximum number of blocks of scenes that are processed at once, reserved from the account's Lambda limit beside reserved_concurrency. Unset: `make deploy` takes 20, or 4 in accounts whose limit is too low to reserve from; scenes are then processed one at a time."
  type        = number
  default     = null

  validation {
    condition     = var.scene_concurrency == null ? true : var.scene_concurrency >= 1 && var.scene_concurrency <= 1000 && floor(var.scene_concurrency) == var.scene_concurrency
    error_message = "scene_concurrency is a whole number from 1 to 1000."
  }
}

variable "scene_month_km2" {
  description = "Most km² of scenes in a calendar month (UTC), which bounds their cost; an order beyond it is refused."
  type        = number
  default     = 10000
  nullable    = false

  validation {
    condition     = var.scene_month_km2 > 0
    error_message = "scene_month_km2 is over 0."
  }
}

variable "scene_sources" {
  description = "Where scenes may lie that POST /scenes names instead of uploads: buckets of this region, and hosts as https://HOST."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for source in var.scene_sources : can(regex("^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9]|https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]+)?)$", source))])
    error_message = "scene_sources are names of buckets, or hosts such as https://data.example.org."
  }
}

# --- Access

variable "public_read" {
  description = "Whether anyone may read predictions. Writing needs a token in any case."
  type        = bool
  default     = false
  nullable    = false
}

variable "function_url_auth" {
  description = "What the function URL asks for besides a token: NONE, nothing; AWS_IAM, a request signed by a principal of this account, with the token in the header X-Tesela-Token."
  type        = string
  default     = "NONE"
  nullable    = false

  validation {
    condition     = contains(["NONE", "AWS_IAM"], var.function_url_auth)
    error_message = "function_url_auth is NONE or AWS_IAM."
  }
}

# --- The page

variable "page_delivery" {
  description = "How the page is served: cloudfront, by HTTPS with security headers; s3-website, by plain HTTP from the bucket itself."
  type        = string
  default     = "cloudfront"
  nullable    = false

  validation {
    condition     = contains(["cloudfront", "s3-website"], var.page_delivery)
    error_message = "page_delivery is cloudfront or s3-website."
  }
}

variable "one_origin" {
  description = "Whether the page's distribution also serves the API, below /api, behind a firewall (WAF, about 8 dollars a month). Every other address is then closed to all but signed requests."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.one_origin || (var.page_delivery == "cloudfront" && var.stack_id != "")
    error_message = "one_origin needs page_delivery = \"cloudfront\", and a stack_id, which `make deploy` sets."
  }
}

variable "page_basemap" {
  description = "Tiles of another host that readers may lay around an image, off until they ask: an https address with {z}, {x} and {y}, whom the tiles are owed to, and the largest zoom there is. That host then learns which place a reader looks at."
  type = object({
    url         = string
    attribution = string
    max_zoom    = optional(number, 19)
  })
  default = null

  validation {
    condition     = var.page_basemap == null ? true : can(regex("^https://[A-Za-z0-9.-]+(:[0-9]+)?/", var.page_basemap.url)) && alltrue([for part in ["{z}", "{x}", "{y}"] : strcontains(var.page_basemap.url, part)]) && var.page_basemap.attribution != ""
    error_message = "page_basemap needs an https address with {z}, {x} and {y} on one host, and an attribution."
  }
}

# --- The database

variable "db_instance_class" {
  description = "RDS instance class of PostgreSQL."
  type        = string
  default     = "db.t4g.micro"
  nullable    = false

  validation {
    condition     = can(regex("^db\\.[a-z0-9]+\\.[a-z0-9]+$", var.db_instance_class))
    error_message = "db_instance_class is a class such as db.t4g.micro."
  }
}

variable "db_backup_days" {
  description = "Days for which RDS keeps automatic backups. Unset: `make deploy` takes 7, or 1 on AWS's free plan, which allows no more."
  type        = number
  default     = null

  validation {
    condition     = var.db_backup_days == null ? true : var.db_backup_days >= 1 && var.db_backup_days <= 35 && floor(var.db_backup_days) == var.db_backup_days
    error_message = "db_backup_days is a whole number from 1 to 35, RDS's limit."
  }
}

variable "db_deletion_protection" {
  description = "Whether RDS refuses to delete the database. `make destroy` asks for false first."
  type        = bool
  default     = true
  nullable    = false
}

variable "force_destroy" {
  description = "Whether destroying the stack also deletes results and images, and the database without a last snapshot."
  type        = bool
  default     = false
  nullable    = false
}

variable "final_snapshot" {
  description = "Whether destroying with force_destroy takes a last snapshot of the database all the same: `make destroy SNAPSHOT=1`."
  type        = bool
  default     = false
  nullable    = false
}

# --- Watching

variable "alarm_email" {
  description = "Address that alarms and the budget write to, once it has confirmed AWS's mail; empty: nobody."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.alarm_email == "" || can(regex("^[^@[:space:]]+@[^@[:space:]]+\\.[^@[:space:]]+$", var.alarm_email))
    error_message = "alarm_email is one e-mail address, or empty."
  }
}

variable "monthly_budget_usd" {
  description = "Monthly cost of the whole account, in US dollars, at which the budget warns; 0: no budget."
  type        = number
  default     = 50
  nullable    = false

  validation {
    condition     = var.monthly_budget_usd >= 0
    error_message = "monthly_budget_usd is 0 or more."
  }
}
