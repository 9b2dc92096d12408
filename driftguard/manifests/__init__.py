"""What people declare: manifests and hook configurations."""
