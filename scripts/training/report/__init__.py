"""What people read of an evaluation: model card, HTML report, terminal."""
